"""Agents: each answers for one `AgentKind`. Heavy libraries load at the first answer."""
