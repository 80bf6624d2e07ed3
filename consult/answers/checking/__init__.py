"""Answers on their way to the public: who has to look at which."""
