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
        CAST(:accountId AS text[]),
        CAST(:sessionId AS text[]),
        CAST(:generation AS bigint[]),
        CAST(:provenThumbprint AS text[]),
        CAST(:idleForMs AS bigint[]),
        CAST(:graceMs AS bigint[]),
        CAST(:network AS text[]),
        CAST(:hasDevice AS bigint[]),
        CAST(:label AS text[]),
        CAST(:userAgent AS text[]),
        CAST(:ip AS text[])
      ) WITH ORDINALITY AS r (account_id, session_id, generation, thumbprint, idle_for_ms, grace_ms, network, has_device, label, user_agent, ip, nth)
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
  rotation_networks = CASE WHEN (
    curfew_sessions.generation = r.generation
    AND (curfew_sessions.rotated_at IS NULL OR curfew_sessions.rotated_at <= (r.now - r.grace_ms))
  ) THEN CASE WHEN r.network IS NULL THEN curfew_sessions.rotation_networks ELSE r.network || '@' || CAST(CAST(r.now AS BIGINT) + 10000000000000 AS TEXT) || substr(CASE WHEN strpos(coalesce(curfew_sessions.rotation_networks, ''), r.network || '@') > 0 THEN substr(coalesce(curfew_sessions.rotation_networks, ''), 1, strpos(coalesce(curfew_sessions.rotation_networks, ''), r.network || '@') - 1) || substr(coalesce(curfew_sessions.rotation_networks, ''), strpos(coalesce(curfew_sessions.rotation_networks, ''), r.network || '@') + 27) ELSE coalesce(curfew_sessions.rotation_networks, '') END, 1, 405) END ELSE curfew_sessions.rotation_networks END,
  last_active_at = greatest(curfew_sessions.last_active_at, r.now - r.idle_for_ms),
  use_mark = pg_current_xact_id(),
  idle_expires_at = least(
    greatest(
      curfew_sessions.last_active_at, r.now - r.idle_for_ms
    ) + curfew_sessions.idle_minutes * 60000,
    curfew_sessions.absolute_expires_at
  ),
  seen_label = CASE WHEN r.has_device = 1 THEN r.label ELSE curfew_sessions.seen_label END,
  seen_user_agent = CASE WHEN r.has_device = 1 THEN r.user_agent ELSE curfew_sessions.seen_user_agent END,
  seen_ip = CASE WHEN r.has_device = 1 THEN r.ip ELSE curfew_sessions.seen_ip END
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
          OR coalesce(
            curfew_sessions.absolute_from, curfew_sessions.started_at
          ) + l.limit_absolute_minutes * 60000 <= r.now
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
      ELSE (
        r.generation = curfew_sessions.generation
        OR (
          r.generation = curfew_sessions.generation - 1
          AND curfew_sessions.rotated_at > (r.now - r.grace_ms)
          AND (
            r.network IS NULL
            OR (
              curfew_sessions.rotation_networks IS NULL
              OR substr(
                coalesce(curfew_sessions.rotation_networks, ''), 14, 14
              ) <> CAST(CAST(curfew_sessions.rotated_at AS BIGINT) + 10000000000000 AS TEXT)
            )
            OR curfew_sessions.shared_generation = curfew_sessions.generation
            OR (
              strpos(coalesce(curfew_sessions.rotation_networks, ''), r.network || '@') > 0
              AND substr(
                coalesce(curfew_sessions.rotation_networks, ''),
                strpos(coalesce(curfew_sessions.rotation_networks, ''), r.network || '@') + 13,
                14
              ) > CAST(CAST(r.now - 86400000 AS BIGINT) + 10000000000000 AS TEXT)
            )
          )
        )
      ) AND (r.label IS NULL OR coalesce(curfew_sessions.seen_label, curfew_sessions.device_label, r.label) = r.label OR curfew_sessions.device_changed_at > r.now - 3600000)
    END
  )
RETURNING
  curfew_sessions.account_id,
  curfew_sessions.id,
  curfew_sessions.user_id,
  curfew_sessions.account_epoch,
  curfew_sessions.started_at,
  curfew_sessions.authenticated_at,
  curfew_sessions.absolute_from,
  curfew_sessions.governed,
  curfew_sessions.last_active_at,
  curfew_sessions.idle_minutes,
  curfew_sessions.absolute_minutes,
  curfew_sessions.idle_expires_at,
  curfew_sessions.absolute_expires_at,
  curfew_sessions.generation,
  curfew_sessions.rotated_at,
  curfew_sessions.rotation_networks,
  curfew_sessions.shared_generation,
  curfew_sessions.shared_rotations,
  curfew_sessions.key_thumbprint,
  curfew_sessions.device_label,
  curfew_sessions.user_agent,
  curfew_sessions.ip,
  curfew_sessions.seen_label,
  curfew_sessions.seen_user_agent,
  curfew_sessions.seen_ip,
  curfew_sessions.device_changed_at,
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
