"""Seeds that are known to catch a mutant: tried first; `--record` writes them anew."""

SEEDS: dict[str, int] = {
    "no_epoch_in_the_grant": 744,
    "never_resend": 12,
    "new_id_per_attempt": 12,
    "no_lowest_sequence": 0,
    "no_guard": 132,
    "no_pause_in_the_grant": 39,
    "no_version_check": 15,
    "no_organization_in_a_key": 0,
    "unconditional_publish": 126,
    "host_makes_ready": 0,
    "gaps_not_noticed": 3,
    "claims_left_open": 0,
    "late_sends_not_counted": 168,
    "recovered_not_counted": 483,
    "future_lines_wait": 51,
    "acquisition_not_looked_up": 60,
    "no_self_fence": 1053,
    "no_inbound_deduplication": 0,
}
