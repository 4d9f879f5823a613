import ts from "typescript";

/**
 * Creates a printer that writes types out in full: literals, arrays, objects and unions, with no reference to other files.
 *
 * @param {ts.TypeChecker} checker
 * @returns {(type: ts.Type, name: string) => string} prints a type; equal types inside later ones are printed as `name`
 */
export function createTypePrinter(checker) {
  /** @type {Map<string, string>} */
  const named = new Map();

  /** @type {(type: ts.Type) => string} */
  const nested = (type) => {
    const text = print(type);
    return named.get(text) ?? text;
  };

  /** @type {(property: ts.Symbol) => string} */
  const member = (property) => {
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    return `${property.name}${isOptional ? "?" : ""}: ${nested(checker.getTypeOfSymbol(property))};`;
  };

  /** @type {(type: ts.Type) => string} */
  const print = (type) => {
    if (type.isUnion()) return printUnion(type);
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(/** @type {ts.TypeReference} */ (type));
      const text = item ? nested(item) : "unknown";
      return /^\w+$|}$/.test(text) ? `${text}[]` : `(${text})[]`;
    }
    // The checker also returns `any` for an import that it can't resolve.
    if (type.flags & ts.TypeFlags.Any || type.getCallSignatures().length > 0)
      throw new Error(`not a data type: ${checker.typeToString(type)}`);
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return checker.typeToString(type);
    const members = [
      ...checker.getIndexInfosOfType(type).map((info) => `[key: string]: ${nested(info.type)};`),
      ...type.getProperties().map(member),
    ];
    return `{\n${members.join("\n").replace(/^/gm, "    ")}\n}`;
  };

  /** @type {(type: ts.UnionType) => string} */
  const printUnion = ({ types }) => {
    const texts = types.map(nested);
    const isBoolean = texts.includes("true") && texts.includes("false");
    const kept = isBoolean
      ? [...texts.filter((text) => text !== "true" && text !== "false"), "boolean"]
      : texts;
    return [...new Set(kept)].sort((a, b) => Number(isEmpty(a)) - Number(isEmpty(b))).join(" | ");
  };

  /** @type {(text: string) => boolean} */
  const isEmpty = (text) => text === "null" || text === "undefined";

  return (type, name) => {
    const text = print(type);
    if (!named.has(text)) named.set(text, name);
    return text;
  };
}
