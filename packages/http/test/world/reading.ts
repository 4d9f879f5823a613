/** A problem as a test looks at it. */
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

/** The JSON of an answer. */
export const jsonOf = async <T = Record<string, unknown>>(response: Response): Promise<T> =>
  (await response.json()) as T;

/** Status and code of a refusal. */
export async function refusal(response: Response): Promise<[number, string]> {
  const problem = await jsonOf<Problem>(response);
  return [response.status, problem.code];
}

/** The faults of a 422, as `field: code`. */
export async function faults(response: Response): Promise<string[]> {
  const { errors = [] } = await jsonOf<Problem>(response);
  return errors.map(({ field, code }) => `${field}: ${code}`).sort();
}
