"""What a host reads of the others does not grow with their number."""

from tests.support.watching import watching


def test_a_look_reads_the_same_of_three_hundred_hosts_as_of_sixty(table: str) -> None:
    few, many = watching(60), watching(300)
    assert few.look_read_units == many.look_read_units == 4, "three others and itself"
    assert few.ring_read_units <= 2
    assert many.ring_read_units <= 2, "one query; two where an end of an arc is near"
