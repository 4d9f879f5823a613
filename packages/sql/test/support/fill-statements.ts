const PER_ACCOUNT = { users: 10, sessions: 100 };

/** The account that the tests use, one of many. */
export const ACCOUNT = "account-7";

/**
 * Drops the indexes and keys, which are faster to build after the rows; keys that foreign keys refer to have
 * to stay.
 */
const DROP_INDEXES = `
  CREATE TEMPORARY TABLE dropped AS
    SELECT 'DROP INDEX ' || indexname AS drop_statement, indexdef AS create_statement FROM pg_indexes
    WHERE tablename LIKE 'curfew_%' AND indexname NOT IN (SELECT conname FROM pg_constraint)
    UNION ALL
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %s', conrelid::regclass, conname),
      format('ALTER TABLE %s ADD CONSTRAINT %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype = 'p' AND conrelid::regclass::text LIKE 'curfew_%'
      AND conrelid NOT IN (SELECT confrelid FROM pg_constraint WHERE contype = 'f');
  DO $$ DECLARE statement TEXT; BEGIN
    FOR statement IN SELECT drop_statement FROM dropped LOOP EXECUTE statement; END LOOP;
  END $$;`;
const RESTORE_INDEXES = `
  DO $$ DECLARE statement TEXT; BEGIN
    FOR statement IN SELECT create_statement FROM dropped LOOP EXECUTE statement; END LOOP;
  END $$;
  DROP TABLE dropped;`;

/**
 * Returns statements that fill the tables with accounts of equal size, whose rows are interleaved as they
 * would be after months of use. The rows include the counts, because the triggers are off meanwhile.
 *
 * @param now milliseconds since the Unix epoch
 * @param sessions the total number of sessions; each account has 100
 */
export const fillStatements = (now: number, sessions: number): string => {
  const accounts = sessions / PER_ACCOUNT.sessions;
  return `
  SET session_replication_role = replica;
  SET maintenance_work_mem = '512MB';
  SET synchronous_commit = off;
  ${DROP_INDEXES}
  INSERT INTO curfew_accounts (id, open_sessions, open_users)
    SELECT 'account-' || a, ${PER_ACCOUNT.sessions}, ${PER_ACCOUNT.users} FROM generate_series(1, ${accounts}) AS a;
  INSERT INTO curfew_users (account_id, id, name, name_key, email, role, last_login_at, open_sessions)
    SELECT 'account-' || a, 'user-' || u, 'User ' || u, 'user ' || u, 'user@example.test', CASE u WHEN 1 THEN 'owner' ELSE 'member' END,
      ${now} - u, ${PER_ACCOUNT.sessions / PER_ACCOUNT.users}
    FROM generate_series(1, ${PER_ACCOUNT.users}) AS u, generate_series(1, ${accounts}) AS a;
  INSERT INTO curfew_sessions (account_id, id, user_id, account_epoch, started_at, last_active_at, idle_minutes,
      absolute_minutes, idle_expires_at, absolute_expires_at)
    SELECT 'account-' || a, 'session-' || s, 'user-' || (s % ${PER_ACCOUNT.users} + 1), 0, ${now - 600_000}, ${now - 500_000} + s,
      60, 1440, ${now + 3_100_000} + s, ${now + 85_800_000}
    FROM generate_series(1, ${PER_ACCOUNT.sessions}) AS s, generate_series(1, ${accounts}) AS a;
  INSERT INTO curfew_events (account_id, id, at, type, actor_id, session_id, details)
    SELECT 'account-' || a, 'event-' || e, ${now - 600_000} + e, 'user.signed_in', 'user-1', 'session-' || e, '{}'
    FROM generate_series(1, ${PER_ACCOUNT.sessions / 2}) AS e, generate_series(1, ${accounts}) AS a;
  INSERT INTO curfew_feed (account_id, at, scope, session_id, reason)
    SELECT 'account-' || a, ${now - 60_000}, 'session', 'session-gone', 'signed_out'
    FROM generate_series(1, ${accounts * 5}) AS a;
  INSERT INTO curfew_sign_outs (account_id, user_id, at, reason)
    SELECT 'account-' || a, CASE u WHEN 0 THEN '' ELSE 'user-' || u END, ${now - 700_000}, 'revoked_by_owner'
    FROM generate_series(0, ${PER_ACCOUNT.users}) AS u, generate_series(1, ${accounts}) AS a;
  INSERT INTO curfew_account_epochs (account_id, epoch, at, reason, closed)
    SELECT 'account-' || a, -e, ${now - 700_000}, 'revoked_by_owner', 1
    FROM generate_series(1, 20) AS e, generate_series(1, ${accounts}) AS a;
  INSERT INTO curfew_tombstones (account_hash, user_hash, at, reason, epoch, policy_version, keep_until)
    SELECT 'hash-' || a, '', ${now - 700_000}, 'account_deleted', 1, 1, ${now + 900_000_000}
    FROM generate_series(1, ${accounts * 5}) AS a;
  INSERT INTO curfew_deletions (account_id, user_id, new_id, name, emails, sessions_to, events_to)
    SELECT 'removed-account-' || a, 'user-1', 'user-2', 'User 1', '[]', '', ''
    FROM generate_series(1, ${accounts * 5}) AS a;
  ${RESTORE_INDEXES}
  ANALYZE;`;
};
