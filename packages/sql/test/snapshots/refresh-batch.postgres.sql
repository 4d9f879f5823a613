WITH
  moment AS MATERIALIZED (
    SELECT
      coalesce(
        CAST(:stated AS BIGINT), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)
      ) AS now
  ),
  held AS MATERIALIZED (
    SELECT r.*, (SELECT now FROM moment) AS now
    FROM
      unnest(
        CAST(:accountIds AS text[]),
        CAST(:sessionIds AS text[]),
        CAST(:generations AS bigint[]),
        CAST(:thumbprints AS text[]),
        CAST(:idleForMs AS bigint[]),
        CAST(:graceMs AS bigint[])
      ) WITH ORDINALITY AS r (account_id, session_id, generation, thumbprint, idle_for_ms, grace_ms, nth)
    JOIN curfew_sessions s ON s.account_id = r.account_id AND s.id = r.session_id
    FOR NO KEY UPDATE OF s SKIP LOCKED
  )
UPDATE curfew_sessions
SET
  generation = curfew_sessions.generation + CASE WHEN (
    curfew_sessions.generation = r.generation
    AND (curfew_sessions.rotated_at IS NULL OR curfew_sessions.rotated_at <= (r.now - r.grace_ms))
  ) THEN 1 ELSE 0 END,
  rotated_at = CASE WHEN (
    curfew_sessions.generation = r.generation
    AND (curfew_sessions.rotated_at IS NULL OR curfew_sessions.rotated_at <= (r.now - r.grace_ms))
  ) THEN r.now ELSE curfew_sessions.rotated_at END,
  last_active_at = greatest(curfew_sessions.last_active_at, r.now - r.idle_for_ms),
  idle_expires_at = least(
    greatest(
      curfew_sessions.last_active_at, r.now - r.idle_for_ms
    ) + curfew_sessions.idle_minutes * 60000,
    curfew_sessions.absolute_expires_at
  )
FROM held r
JOIN curfew_accounts a ON a.id = r.account_id, curfew_users u
WHERE
  curfew_sessions.account_id = r.account_id
  AND curfew_sessions.id = r.session_id
  AND u.account_id = r.account_id
  AND u.id = curfew_sessions.user_id
  AND +curfew_sessions.account_epoch = a.epoch
  AND (
    +curfew_sessions.ended_at IS NULL
    AND +curfew_sessions.idle_expires_at > r.now
    AND +curfew_sessions.absolute_expires_at > r.now
    AND NOT EXISTS (
      SELECT 1
      FROM curfew_accounts l
      WHERE
        l.id = curfew_sessions.account_id
        AND l.limit_version > curfew_sessions.started_policy_version
        AND (
          curfew_sessions.last_active_at + l.limit_idle_minutes * 60000 <= r.now
          OR curfew_sessions.started_at + l.limit_absolute_minutes * 60000 <= r.now
        )
    )
    AND (
      curfew_sessions.last_active_at + 60000 > r.now
      OR NOT curfew_exceeds_limit(
        curfew_sessions.account_id,
        curfew_sessions.id,
        curfew_sessions.started_policy_version,
        curfew_sessions.last_active_at,
        r.now
      )
    )
    AND CASE
      WHEN curfew_sessions.key_thumbprint IS NOT NULL
        THEN curfew_sessions.key_thumbprint = r.thumbprint AND r.generation <= curfew_sessions.generation
      ELSE r.generation = curfew_sessions.generation OR (
        r.generation = curfew_sessions.generation - 1
        AND curfew_sessions.rotated_at > (r.now - r.grace_ms)
      )
    END
  )
RETURNING
  curfew_sessions.account_id,
  curfew_sessions.id,
  curfew_sessions.user_id,
  curfew_sessions.account_epoch,
  curfew_sessions.started_at,
  curfew_sessions.last_active_at,
  curfew_sessions.idle_minutes,
  curfew_sessions.absolute_minutes,
  curfew_sessions.idle_expires_at,
  curfew_sessions.absolute_expires_at,
  curfew_sessions.generation,
  curfew_sessions.rotated_at,
  curfew_sessions.key_thumbprint,
  curfew_sessions.device_label,
  curfew_sessions.user_agent,
  curfew_sessions.ip,
  curfew_sessions.ended_at,
  curfew_sessions.end_reason,
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
  a.epoch,
  a.policy_version,
  a.applied_policy_version,
  u.name as user_name,
  u.email as user_email,
  u.role as user_role,
  u.disabled as user_disabled,
  u.epoch as user_epoch,
  u.role_epoch as user_role_epoch,
  u.last_login_at as user_last_login_at,
  r.now,
  r.nth
