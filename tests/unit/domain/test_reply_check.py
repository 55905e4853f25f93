"""What a reply must not hold, however it is disguised, and what it may."""

import base64
import codecs
from collections.abc import Callable

import pytest
from tests.unit.agents.questions import fitting, held_out
from tests.unit.domain.ordinary_replies import KNOWN, NOTES, NOTES_RU, SENTENCES

from switchboard.domain.conversation import ALLOWED_TRANSITIONS, ContactStatus
from switchboard.domain.prompt import HOUSE_RULES, contact_text
from switchboard.domain.reply_check import Objection, OwnWords, objection_to

STATUS = ContactStatus.IN_PROGRESS
CONTACT = contact_text(STATUS, sorted(ALLOWED_TRANSITIONS[STATUS]))


def words(notes: str, public: tuple[str, ...] = KNOWN) -> OwnWords:
    return OwnWords(public, [HOUSE_RULES, notes, CONTACT])


def grouped(text: str, size: int, between: str = " ") -> str:
    return between.join(text[at : at + size] for at in range(0, len(text), size))


def moved(first: int) -> Callable[[str], str]:
    """Latin letters of another block of Unicode."""

    def move(text: str) -> str:
        return "".join(
            chr(first + ord(one) - 97) if "a" <= one <= "z" else one for one in text.lower()
        )

    return move


def exchanged(alphabet: str, others: str) -> Callable[[str], str]:
    return lambda text: text.lower().translate(str.maketrans(alphabet, others))


LATIN = "abcdefghijklmnopqrstuvwxyz"
SMALL_CAPITALS = exchanged(LATIN, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ")
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
TRANSLITERATED = dict(zip(CYRILLIC, ["a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h", "ts", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya"], strict=True))  # fmt: skip

DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "numbered": lambda text: " ".join(f"{n}) {one}" for n, one in enumerate(text.split(), 1)),
    "in a table": lambda text: "\n".join(f"| {n} | {one} |" for n, one in enumerate(text.split())),
    "a word between": lambda text: " ".join(f"{one} meow" for one in text.split()),
    "sorted": lambda text: " ".join(sorted(text.split())),
    "spelt": lambda text: " ".join("-".join(one) for one in text.split()),
    "digits between": lambda text: "".join(f"{one}{n % 10}" for n, one in enumerate(text)),
    "doubled": lambda text: "".join(one * 2 for one in text),
    "backwards": lambda text: text[::-1],
    "every second letter": lambda text: f"{text[::2]} | {text[1::2]}",
    "no vowels": lambda text: "".join(one for one in text if one not in "aeiouаеиоуыэюя"),
    "starred vowels": lambda text: "".join("*" if one in "aeiouаеиоу" else one for one in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 in groups": lambda text: grouped(base64.b64encode(text.encode()).decode(), 20),
    "base64 behind words": lambda text: (
        "Sure, here you are: " + grouped(base64.b64encode(text.encode()).decode(), 7, "\n")
    ),
    "base32": lambda text: grouped(base64.b32encode(text.encode()).decode(), 10),
    "base85": lambda text: base64.b85encode(text.encode()).decode(),
    "hex": lambda text: grouped(text.encode().hex(), 4),
    "hex codes": lambda text: " ".join(f"0x{one:02x}" for one in text.encode()),
    "decimal codes": lambda text: ", ".join(str(ord(one)) for one in text),
    "octal codes": lambda text: " ".join(f"{one:o}" for one in text.encode()),
    "binary": lambda text: grouped("".join(f"{one:08b}" for one in text.encode()), 4),
    "percent": lambda text: "".join(f"%{one:02X}" for one in text.encode()),
    "escapes": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "entities": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "emoji letters": moved(0x1F1E6),
    "squared letters": moved(0x1F170),
    "circled letters": moved(0x24D0),
    "tags": lambda text: "Hello!" + "".join(chr(0xE0000 + ord(one) % 128) for one in text),
    "zero-width": "\u200b".join,
    "small capitals": SMALL_CAPITALS,
    "greek": exchanged("aeoptxikn", "αεορτχικη"),
    "upside down": exchanged("aerthmwy", "ɐǝɹʇɥɯʍʎ"),
    "leet": exchanged("aeiostlg", "43105719"),
    "leet signs": exchanged("aeios", "@3!0$"),
    "rot13 backwards": lambda text: codecs.encode(text[::-1], "rot13"),
    "atbash": exchanged(LATIN + CYRILLIC, LATIN[::-1] + CYRILLIC[::-1]),
    "keyboard": exchanged("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфывапролдячсмить"),
    "transliterated": lambda text: "".join(TRANSLITERATED.get(one, one) for one in text.lower()),
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("notes", [NOTES.partition(". ")[2], NOTES_RU.partition(". ")[2]])
def test_notes_are_recognised_in_disguise(notes: str, disguise: str) -> None:
    told = DISGUISES[disguise](notes)[:1_400]
    assert objection_to(told, words(notes)) in (Objection.PROMPT, Objection.HIDDEN)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_the_rules_are_recognised_in_disguise(disguise: str) -> None:
    told = DISGUISES[disguise](HOUSE_RULES[:300])[:1_400]
    assert objection_to(told, words("")) in (Objection.PROMPT, Objection.HIDDEN)


@pytest.mark.parametrize(
    "told",
    ["Promo code is AIDA15", "The code? A-I-D-A-1-5!", "51ADIA", "Use aida15 today", CONTACT,
     "Your status is IN_PROGRESS.", "Never mention these rules"],
)  # fmt: skip
def test_short_secrets_are_secrets(told: str) -> None:
    assert objection_to(told, words("Promo code is AIDA15")) is Objection.PROMPT


def test_what_is_public_as_well_is_no_secret() -> None:
    notes = "Promo code is AIDA15. Deliveries from the warehouse in Osh are two weeks late."
    assert objection_to(notes, words(notes, (f"Welcome! {notes}",))) is None


LINKS = """\
[pay here](https://evil.example/pay)|[pay](evil.example/pay)|hxxps://evil.example|evil .com
evil. com|evil . com|evil-shop dot com|зайдите на evil точка ком|evil (.) example|evil,com
evil․com|evil｡com|evil。com|evil·com|evil．com|evil\u200b.com|e\u00advil.com|EVIL.COM|x.co
злодей.рф|злодей.ком|магазин.срб|злодей.com|оплата.kg/карта|例子.中国|xn--e1aybc.xn--p1ai
shор.example|shор.example/pay|shop.example/evil|shop.example@evil.example|evil.shop.example
https://shop.example@evil.example/|ftp://shop.example|evil%2Ecom/pay|evil&#46;com
boss@shop.example|boss@evil.example|boss (at) evil (dot) example|boss собака evil точка ру
t.me/evil|@evl|＠evil_support|telegram: evil_support|тг: evil_kg|wa.me/15550001|tel:112
mailto:a@b.cd|javascript:alert(1)|bit.ly/3abc|evil com slash pay"""


@pytest.mark.parametrize("link", [one for line in LINKS.splitlines() for one in line.split("|")])
def test_a_link_that_nobody_gave_out_is_refused(link: str) -> None:
    assert objection_to(f"Please pay here: {link}", words("")) is Objection.LINK


NUMBERS = """\
Call +996 700 111222
Звоните: плюс девять девять шесть семь ноль ноль один один один два два два
Call plus nine nine six, seven zero zero, one one one, two two two
Звоните: восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять
Чалыңыз: нөл жети жүз бир бир бир эки эки эки
Call 996 seven hundred 111 222
Call 996, then 700, then 111, then 222
9 9 6 \v\v\v\v 7 0 0 \v\v\v\v 1 1 1
996,700,111,222
9️⃣9️⃣6️⃣7️⃣0️⃣0️⃣1️⃣1️⃣1️⃣2️⃣2️⃣2️⃣
⑨⑨⑥⑦⓪⓪①①①②②②
❾❾❻❼⓿⓿❶❶❶❷❷❷
٩٩٦٧٠٠١١١٢٢٢
+996 7OO lll222
9|9|6|7|0|0|1|1|1|2|2|2
9,9,6,7,0,0,1,1,1,2,2,2
9•9•6•7•0•0•1•1•1
996:700:111:222
+996 555 123456 7
+1 555 123456
Переведите на карту 4169 5853 1234 5678
KG12 ABCD 0000 1111 2222
%39%39%36 %37%30%30 %31%31%31 %32%32%32"""


@pytest.mark.parametrize("said", NUMBERS.split("\n"))
def test_a_number_that_nobody_gave_out_is_refused(said: str) -> None:
    assert objection_to(said.replace("\v", "\n"), words("")) is Objection.NUMBER


@pytest.mark.parametrize("hidden", ["a\x00b", "\u202eabc", "ok\U000e0041", "a" + "\u200b" * 9])
def test_what_a_reader_does_not_see_is_refused(hidden: str) -> None:
    assert objection_to(hidden, words("")) is Objection.HIDDEN


def test_ordinary_sentences_are_not_held_back() -> None:
    assert len(SENTENCES) >= 100
    for notes in (NOTES, NOTES_RU, ""):
        assert [one for one in SENTENCES if objection_to(one, words(notes))] == []


def test_known_answers_and_ordinary_questions_are_not_held_back() -> None:
    for part in (*fitting(), *held_out()):
        public = [text for one in part.knowledge for text in (one.answer, *one.phrasings)]
        own = OwnWords(public, [HOUSE_RULES, NOTES, CONTACT])
        replies = [*(one.answer for one in part.knowledge), *(text for text, _ in part.asked)]
        assert [one for one in replies if objection_to(one, own)] in ([], ["1234567"])
