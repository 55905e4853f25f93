"""Seeds that are known to catch a mutant: tried first; `--record` writes them anew."""

SEEDS: dict[str, int] = {
    "no_epoch_in_the_grant": 744,
    "never_resend": 3,
    "new_id_per_attempt": 12,
    "no_lowest_sequence": 0,
    "no_guard": 108,
    "no_pause_in_the_grant": 39,
    "no_version_check": 15,
    "no_organization_in_a_key": 0,
    "unconditional_publish": 21,
    "host_makes_ready": 0,
    "gaps_not_noticed": 0,
    "claims_left_open": 0,
    "late_sends_not_counted": 63,
    "recovered_not_counted": 483,
    "future_lines_wait": 51,
    "acquisition_not_looked_up": 303,
    "no_self_fence": 3,
    "no_inbound_deduplication": 9,
}
