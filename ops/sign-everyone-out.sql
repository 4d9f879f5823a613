-- Ends every session of every account, as an owner's "sign everyone out" does for one account.
-- Run it after a restore, while no replica is running: a replica that updates an account at the same time
-- would overwrite the epoch.
--
--   psql --set ON_ERROR_STOP=1 --file ops/sign-everyone-out.sql "$CURFEW_DATABASE_DIRECT_URL"
--
-- Epochs are raised by 1000 instead of 1: an account's epoch may have advanced since the backup, and access tokens
-- with those later epochs must be covered too.
BEGIN;
SET LOCAL lock_timeout = '5s';
LOCK TABLE curfew_accounts IN EXCLUSIVE MODE;

WITH moment AS MATERIALIZED (
  SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT) AS now),
raised AS (
  UPDATE curfew_accounts SET epoch = epoch + 1000 RETURNING id, epoch),
dated AS (
  INSERT INTO curfew_account_epochs (account_id, epoch, at, reason)
  SELECT raised.id, raised.epoch, moment.now, 'revoked_by_owner' FROM raised, moment)
INSERT INTO curfew_feed (account_id, at, scope, epoch, reason)
SELECT raised.id, moment.now, 'account', raised.epoch, 'revoked_by_owner' FROM raised, moment;

COMMIT;
