"""Seeds that are known to catch a mutant: tried first."""

SEEDS: dict[str, int] = {
    "no_epoch_in_the_grant": 848,
    "never_resend": 8,
    "new_id_per_attempt": 1,
    "no_lowest_sequence": 0,
    "no_guard": 99,
    "no_pause_in_the_grant": 7,
    "no_version_check": 4,
    "no_organization_in_a_key": 0,
    "unconditional_publish": 559,
    "host_makes_ready": 0,
    "gaps_not_noticed": 2,
    "claims_left_open": 1,
    "late_sends_not_counted": 27,
}
