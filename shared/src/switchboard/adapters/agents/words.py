"""The words of a question that say what it is about."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_LIGHT = frozenset(
    """
a an the is are am was be been do does did have has had i you we my our your me us it its this that
these those there here to of for in on at by from with and or if as per what when where how who
whom which why can could will would shall should may might must much many long please need want
like get got know tell give take make find help provide offer available possible some any somebody
someone anyone hi hello hey good morning day evening thanks thank pls ok

а и в о у к с со по за до из от об во ко для при или что чтобы как где кто когда куда откуда
сколько какой какая какие какое какого каком чем ли бы же то если есть мне меня мой моя мои мы вы
вас вам ваш ваша ваши вами наш нас это этот эта эти так там тут уже еще можно нужно нужен нужна надо
хочу хотел хотела хотим хотели быть буду будет бывает могу можете сможете мочь скажите подскажите
дадите дайте дать сделать сделаете делать делаете взять возьмете возьму найти узнать посмотреть
интересует пожалуйста здравствуйте привет добрый доброе день утро вечер спасибо алло

эмне кайда канча качан кандай кайсы кантип ким бар барбы болобу болот керек керекпи мен биз сиз
силер сиздер менин сиздин мага сизде жана же салам саламатсызбы рахмат сураныч
""".split()  # noqa: SIM905 - a list of 200 literals is no better to read
)
"""They ask, want and greet in English, Russian and Kyrgyz, whatever it is about. "No" and "not"
are none of them: they turn a question round."""


def content_words(text: str) -> list[str]:
    """In lower case, each once, in order."""
    words = _WORD.findall(text.lower().replace("ё", "е"))
    return [word for word in dict.fromkeys(words) if word not in _LIGHT]
