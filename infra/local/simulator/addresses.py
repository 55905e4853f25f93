"""WhatsApp ids in the simulator: phone numbers, their LIDs, and back."""

UNREGISTERED_PREFIXES = ("000", "15559991")
"""Numbers that are not on WhatsApp: impossible ones, and possible ones for tests that need one."""


class AddressError(ValueError):
    """Not a phone number; the text names the field."""


def phone_number(text: object, field: str) -> str:
    """The digits of a phone number; `+`, blanks, dots, hyphens and brackets may stand in it.

    Raises:
        AddressError: Something else stands in it, or not 5 to 20 digits.
    """
    shortest, longest = 5, 20
    digits = str(text).translate(str.maketrans("", "", "+ -.()"))
    if not (digits.isascii() and digits.isdigit() and shortest <= len(digits) <= longest):
        raise AddressError(f"{field} is not a phone number: {text!r}")
    return digits


def lid_of(user_id: str) -> str:
    """The LID of a phone-number id. Reversible, so that tests can tell whose it is."""
    return "1" + user_id.split("@", maxsplit=1)[0][::-1] + "@lid"


def is_registered(user_id: str) -> bool:
    """Whether the number is on WhatsApp."""
    return not user_id.startswith(UNREGISTERED_PREFIXES)


def chat_key(user_id: str) -> str:
    """One name for a chat: a customer's digits, by number or by LID; other ids stay whole."""
    user, _, server = user_id.partition("@")
    user = user.partition(":")[0]
    if server == "lid":
        return user[:0:-1]
    return user if server in {"c.us", ""} else user_id


def chat_id(key: str) -> str:
    """The phone-number id of a chat key."""
    return key if "@" in key else key + "@c.us"
