WITH
  moment AS MATERIALIZED (
    SELECT
      coalesce(
        CAST(:stated AS BIGINT), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)
      ) AS now
  )
UPDATE curfew_sessions
SET
  last_active_at = greatest(curfew_sessions.last_active_at, (SELECT now FROM moment) - :idleForMs),
  use_mark = pg_current_xact_id(),
  idle_expires_at = least(
    greatest(
      curfew_sessions.last_active_at, (SELECT now FROM moment) - :idleForMs
    ) + curfew_sessions.idle_minutes * 60000,
    curfew_sessions.absolute_expires_at
  )
WHERE
  account_id = :accountId
  AND id = :sessionId
  AND account_epoch = (SELECT epoch FROM curfew_accounts WHERE id = curfew_sessions.account_id)
  AND +curfew_sessions.ended_at IS NULL
  AND +curfew_sessions.idle_expires_at > (SELECT now FROM moment)
  AND +curfew_sessions.absolute_expires_at > (SELECT now FROM moment)
  AND NOT EXISTS (
    SELECT 1
    FROM curfew_accounts l
    WHERE
      l.id = curfew_sessions.account_id
      AND l.limit_version > curfew_sessions.started_policy_version
      AND (
        curfew_sessions.last_active_at + l.limit_idle_minutes * 60000 <= (SELECT now FROM moment)
        OR coalesce(
          curfew_sessions.absolute_from, curfew_sessions.started_at
        ) + l.limit_absolute_minutes * 60000 <= (SELECT now FROM moment)
      )
  )
  AND (
    curfew_sessions.last_active_at + 60000 > (SELECT now FROM moment)
    OR NOT curfew_exceeds_limit(
      curfew_sessions.account_id,
      curfew_sessions.id,
      curfew_sessions.started_policy_version,
      curfew_sessions.last_active_at,
      (SELECT now FROM moment)
    )
  )
RETURNING
  account_id,
  id,
  user_id,
  account_epoch,
  started_at,
  authenticated_at,
  absolute_from,
  governed,
  last_active_at,
  idle_minutes,
  absolute_minutes,
  idle_expires_at,
  absolute_expires_at,
  generation,
  rotated_at,
  rotation_networks,
  shared_generation,
  shared_rotations,
  key_thumbprint,
  device_label,
  user_agent,
  ip,
  seen_label,
  seen_user_agent,
  seen_ip,
  device_changed_at,
  ended_at,
  end_reason,
  (
    SELECT l.limit_idle_minutes
    FROM curfew_accounts l
    WHERE
      l.id = curfew_sessions.account_id
      AND l.limit_version > curfew_sessions.started_policy_version
      AND curfew_sessions.account_epoch >= l.limit_epoch
      AND curfew_sessions.idle_expires_at > l.limit_at
  ) as limit_idle_minutes,
  (
    SELECT l.limit_absolute_minutes
    FROM curfew_accounts l
    WHERE
      l.id = curfew_sessions.account_id
      AND l.limit_version > curfew_sessions.started_policy_version
      AND curfew_sessions.account_epoch >= l.limit_epoch
      AND curfew_sessions.idle_expires_at > l.limit_at
  ) as limit_absolute_minutes,
  (SELECT epoch FROM curfew_accounts WHERE id = curfew_sessions.account_id) AS epoch,
  (
    SELECT policy_version
    FROM curfew_accounts
    WHERE id = curfew_sessions.account_id
  ) AS policy_version,
  (
    SELECT applied_policy_version
    FROM curfew_accounts
    WHERE id = curfew_sessions.account_id
  ) AS applied_policy_version,
  (
    SELECT name
    FROM curfew_users
    WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id
  ) AS user_name,
  (
    SELECT email
    FROM curfew_users
    WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id
  ) AS user_email,
  (
    SELECT role
    FROM curfew_users
    WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id
  ) AS user_role,
  (
    SELECT disabled
    FROM curfew_users
    WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id
  ) AS user_disabled,
  (
    SELECT epoch
    FROM curfew_users
    WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id
  ) AS user_epoch,
  (
    SELECT role_epoch
    FROM curfew_users
    WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id
  ) AS user_role_epoch,
  (
    SELECT last_login_at
    FROM curfew_users
    WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id
  ) AS user_last_login_at,
  (SELECT now FROM moment) AS now
