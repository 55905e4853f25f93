"""Neutral sentences whose mean vector is subtracted before vectors are compared.

All e5 vectors point roughly the same way: nonsense scores 0.77 to 0.91 by raw cosine. Taking the
mean of an organization's own phrasings fails when it has few of them, so the mean is fixed.
"""

from __future__ import annotations

SENTENCES = (
    "Hello, how are you?",
    "Thank you very much.",
    "What is the weather like today?",
    "I would like to know something.",
    "Can you help me?",
    "Yes, of course.",
    "Where is the station?",
    "How much is it?",
    "Please write to me tomorrow.",
    "We met last year.",
    "Здравствуйте, как дела?",
    "Спасибо большое.",
    "Какая сегодня погода?",
    "Я хотел бы кое-что узнать.",
    "Вы можете мне помочь?",
    "Да, конечно.",
    "Где находится вокзал?",
    "Сколько это стоит?",
    "Напишите мне завтра.",
    "Мы встретились в прошлом году.",
)
