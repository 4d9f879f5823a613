import Database from "better-sqlite3";

/** Lets every statement on Curfew's database fail, as where its disk does. */
let isDown = false;

const { prototype } = new Database(":memory:").prepare("SELECT 1").constructor;
for (const name of ["run", "get", "all"]) {
  const method = prototype[name];
  prototype[name] = function (...parameters) {
    if (isDown && this.database.name.endsWith("sessions.db"))
      throw new Database.SqliteError("disk I/O error", "SQLITE_IOERR");
    return method.apply(this, parameters);
  };
}

export function setStoreDown(down) {
  isDown = down;
}
