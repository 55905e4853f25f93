"""Seeds that are known to catch a mutant: tried first; `--record` writes them anew."""

SEEDS: dict[str, int] = {
    "no_epoch_in_the_grant": 108,
    "never_resend": 9,
    "new_id_per_attempt": 15,
    "no_lowest_sequence": 0,
    "no_guard": 90,
    "no_pause_in_the_grant": 69,
    "no_version_check": 15,
    "no_organization_in_a_key": 0,
    "unconditional_publish": 21,
    "host_makes_ready": 0,
    "gaps_not_noticed": 0,
    "claims_left_open": 0,
    "late_sends_not_counted": 168,
    "recovered_not_counted": 1578,
    "future_lines_wait": 486,
    "acquisition_not_looked_up": 3,
    "no_self_fence": 285,
    "no_inbound_deduplication": 3,
}
