-- Ends every session of every account at once, as an owner's "sign everyone out" does for one.
-- For the hour after a restore: run it while no replica runs, since a replica that works on an account
-- at the same moment would write its own number over this one.
--
--   psql --set ON_ERROR_STOP=1 --file ops/sign-everyone-out.sql "$CURFEW_DATABASE_DIRECT_URL"
--
-- The numbers go up by a thousand and not by one: an account may have gone past the backup's number by some
-- steps before it was lost, and access tokens of those steps must be behind the new number too.
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
