/** Who works where, by the provider's `sub`. The product keeps it, since the provider knows nothing of the product's roles. */
const places = new Map<string, { companyId: string; role: "owner" | "member" }>([
  ["sub-1", { companyId: "acme", role: "owner" }],
  ["sub-2", { companyId: "acme", role: "member" }],
  ["sub-3", { companyId: "globex", role: "owner" }],
]);
const companies: Readonly<Record<string, string>> = { acme: "Acme", globex: "Globex" };

export const placeOf = (sub: string) => places.get(sub);

export const nameOfCompany = (id: string) => companies[id] ?? id;
