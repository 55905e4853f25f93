"""Seeds that are known to catch a mutant: tried first."""

SEEDS: dict[str, int] = {
    "no_epoch_in_the_grant": 117,
    "never_resend": 1,
    "new_id_per_attempt": 1,
    "no_lowest_sequence": 0,
    "no_guard": 91,
    "no_pause_in_the_grant": 7,
    "no_version_check": 2,
    "no_organization_in_a_key": 1,
    "unconditional_publish": 23,
    "host_makes_ready": 0,
    "gaps_not_noticed": 0,
    "claims_left_open": 2,
    "late_sends_not_counted": 9,
}
