export function setStoreDown(down: boolean): void;
