/** What `curfew --help` prints. */
export const HELP_TEXT = `Usage: curfew <command>

Commands:
  serve      run the service
  migrate    bring the database up to date, and stop
  demo       run the service with made-up people, in a directory that is thrown away

Options:
  -h, --help       print this
  -v, --version    print the version

Settings are environment variables:
  HOST (127.0.0.1)  PORT (4000)  CURFEW_DATA_DIR (./data)  CURFEW_SECRET  CURFEW_PUBLIC_URL
  DATABASE_URL  CURFEW_DATABASE_DIRECT_URL  CURFEW_DATABASE_POOLED (false)  CURFEW_DATABASE_POOL (10)
  CURFEW_ALLOWED_ORIGINS  CURFEW_TRUSTED_PROXIES  CURFEW_REGISTRATION (open)
  CURFEW_DEFAULT_IDLE_MINUTES (60)  CURFEW_IDLE_MINUTES_MIN (10)  CURFEW_IDLE_MINUTES_MAX (43200)
  CURFEW_DEFAULT_ABSOLUTE_MINUTES (1440)  CURFEW_ABSOLUTE_MINUTES_MIN (30)  CURFEW_ABSOLUTE_MINUTES_MAX (129600)
  CURFEW_ACCESS_TOKEN_SECONDS (300)  CURFEW_ROTATION_GRACE_SECONDS (10)  CURFEW_RATE_LIMIT (on)
  CURFEW_REAUTH_MINUTES (15)  CURFEW_SESSIONS_PER_USER (100)  CURFEW_AUDIT_DAYS (365)
  CURFEW_METRICS_TOKEN  CURFEW_LOG_LEVEL (info)

Exit codes: 0 stopped as asked, 1 could not start or stop, 2 a setting or the command line makes no sense.
`;
