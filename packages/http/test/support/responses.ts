export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  reason?: string;
  ended_at?: string;
  errors?: { field: string; code: string; message: string; min?: number; max?: number }[];
}

/** The JSON body of a response. */
export const jsonOf = async <T = Record<string, unknown>>(response: Response): Promise<T> =>
  (await response.json()) as T;

/** The status and the problem code of a refused call. */
export async function statusAndCode(response: Response): Promise<[number, string]> {
  const problem = await jsonOf<Problem>(response);
  return [response.status, problem.code];
}

/** The faults of a 422 as `field: code`, sorted. */
export async function faultsOf(response: Response): Promise<string[]> {
  const { errors = [] } = await jsonOf<Problem>(response);
  return errors.map(({ field, code }) => `${field}: ${code}`).sort();
}
