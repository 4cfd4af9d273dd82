"""The English of sections by topic; what is accepted stands with how well it went."""
