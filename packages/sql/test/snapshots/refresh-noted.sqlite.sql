UPDATE curfew_sessions
SET
  generation = curfew_sessions.generation + CASE WHEN (
    curfew_sessions.generation = :generation
    AND (curfew_sessions.rotated_at IS NULL OR curfew_sessions.rotated_at <= (:stated - :graceMs))
  ) THEN 1 ELSE 0 END,
  rotated_at = CASE WHEN (
    curfew_sessions.generation = :generation
    AND (curfew_sessions.rotated_at IS NULL OR curfew_sessions.rotated_at <= (:stated - :graceMs))
  ) THEN :stated ELSE curfew_sessions.rotated_at END,
  rotation_networks = CASE WHEN (
    curfew_sessions.generation = :generation
    AND (curfew_sessions.rotated_at IS NULL OR curfew_sessions.rotated_at <= (:stated - :graceMs))
  ) THEN CASE WHEN CAST(:network AS TEXT) IS NULL THEN curfew_sessions.rotation_networks ELSE CAST(:network AS TEXT) || '@' || CAST(CAST(:stated AS BIGINT) + 10000000000000 AS TEXT) || substr(CASE WHEN instr(coalesce(curfew_sessions.rotation_networks, ''), CAST(:network AS TEXT) || '@') > 0 THEN substr(coalesce(curfew_sessions.rotation_networks, ''), 1, instr(coalesce(curfew_sessions.rotation_networks, ''), CAST(:network AS TEXT) || '@') - 1) || substr(coalesce(curfew_sessions.rotation_networks, ''), instr(coalesce(curfew_sessions.rotation_networks, ''), CAST(:network AS TEXT) || '@') + 27) ELSE coalesce(curfew_sessions.rotation_networks, '') END, 1, 405) END ELSE curfew_sessions.rotation_networks END,
  last_active_at = max(curfew_sessions.last_active_at, :stated - :idleForMs),
  use_mark = :stated,
  idle_expires_at = min(
    max(
      curfew_sessions.last_active_at, :stated - :idleForMs
    ) + curfew_sessions.idle_minutes * 60000,
    curfew_sessions.absolute_expires_at
  ),
  seen_label = CASE WHEN :hasDevice = 1 THEN CAST(
    :label AS TEXT
  ) ELSE curfew_sessions.seen_label END,
  seen_user_agent = CASE WHEN :hasDevice = 1 THEN :userAgent ELSE curfew_sessions.seen_user_agent END,
  seen_ip = CASE WHEN :hasDevice = 1 THEN :ip ELSE curfew_sessions.seen_ip END,
  shared_generation = CASE WHEN CAST(
    :sharedRotations AS BIGINT
  ) IS NOT NULL THEN curfew_sessions.generation ELSE curfew_sessions.shared_generation END,
  shared_rotations = coalesce(CAST(:sharedRotations AS BIGINT), curfew_sessions.shared_rotations),
  device_changed_at = CASE WHEN :deviceChanges = 1 THEN :stated ELSE curfew_sessions.device_changed_at END
WHERE
  account_id = :accountId
  AND id = :sessionId
  AND account_epoch = (SELECT epoch FROM curfew_accounts WHERE id = curfew_sessions.account_id)
  AND (
    +curfew_sessions.ended_at IS NULL
    AND +curfew_sessions.idle_expires_at > :stated
    AND +curfew_sessions.absolute_expires_at > :stated
    AND NOT EXISTS (
      SELECT 1
      FROM curfew_accounts l
      WHERE
        l.id = curfew_sessions.account_id
        AND l.limit_version > curfew_sessions.started_policy_version
        AND (
          curfew_sessions.last_active_at + l.limit_idle_minutes * 60000 <= :stated
          OR coalesce(
            curfew_sessions.absolute_from, curfew_sessions.started_at
          ) + l.limit_absolute_minutes * 60000 <= :stated
        )
    )
    AND CASE
      WHEN curfew_sessions.key_thumbprint IS NOT NULL
        THEN curfew_sessions.key_thumbprint = :provenThumbprint AND :generation <= curfew_sessions.generation
      ELSE (
        :generation = curfew_sessions.generation
        OR (
          :generation = curfew_sessions.generation - 1
          AND curfew_sessions.rotated_at > (:stated - :graceMs)
        )
      ) AND curfew_sessions.generation = :decidedGeneration AND coalesce(curfew_sessions.shared_generation, -1) = coalesce(CAST(:decidedSharedGeneration AS BIGINT), -1) AND coalesce(curfew_sessions.device_changed_at, -1) = coalesce(CAST(:decidedDeviceChangedAt AS BIGINT), -1)
    END
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
  :stated AS now
