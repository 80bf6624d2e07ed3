"""People's names in a text: no heading may point at a person."""

import re
from collections import Counter
from collections.abc import Iterable

_TITLES = (
    "Herr Herrn Frau Monsieur Madame Mme M Mr Mrs Ms Miss Här Hären Madamm Dr Prof Maître Me"
    " ministre Ministre Minister Ministerin président Président présidente Présidente Präsident"
    " Präsidentin President Bürgermeister Bürgermeisterin Buergermeeschter Buergermeeschtesch maire"
    " Maire Mayor Kanzler Kanzlerin Chancellor Senator Premier député députée Députéierten"
)
_FIRST_NAMES = """
Adam Adrien Alain Albert Alex Alexander Alexandra Alexandre Alice Amélie Ana Andrea Andreas André
Andrew Angela Anja Anke Ann Anna Anne Annick Antoine António Antonio Arnaud Arthur Astrid Aurélie
Barbara Beate Ben Benjamin Benoît Bernard Bernd Birgit Bob Boris Brian Brigitte Bruno Camille Carine
Carlo Carlos Carole Caroline Catherine Cécile Céline Charel Charles Charlotte Chantal Chris Christa
Christian Christiane Christina Christine Christoph Christophe Christopher Claire Clara Claude
Claudia Claudine Colette Corinne Daniel Daniela Danielle Dany David Denis Didier Diane Dieter Dirk
Donald Dominik Dominique Donna Edith Eduard Edward Elisabeth Elizabeth Élodie Emil Emily Emma
Emmanuel Eric Éric Erik Ernst Erwin Estelle Eva Fabien Fabienne Fabrice Félix Felix Fernand Fernando
Florence Florian Francis Franck François Françoise Frank Franz Fred Frédéric Friedrich Fränk
Gabriel Gabriele Gaston Georg George Georges Gerald Gerard Gérard Gerhard Gilbert Gilles Gisela
Greta Guillaume Günter Günther Gust Guy Hanna Hannah Hans Harald Heike Heinrich Heinz Helen Helga
Helmut Henri Herbert Hervé Hubert Hugo Ingrid Irène Isabelle Ivan Jack Jacques James Jan Jana Jane
Janine Jean Jeanne Jeff Jempi Jennifer Jérôme Jessica Jill Jim João Joe Johann Johannes John Jonas
Jos José Josée Joseph Josiane Josy Juan Judith Julia Julie Julien Jürgen Karin Karl Katharina Kate
Kathrin Kevin Kim Klaus Kurt Lars Laura Laure Laurence Laurent Lea Léa Léon Liam Linda Lisa Liz
Louis Louise Luc Luca Lucas Lucie Lucien Luís Lukas Lydia Lynn Manfred Manon Manuel Marc Marcel
Marco Margaret Marguerite Maria María Marianne Marie Marina Marine Mario Mark Markus Marlène Martha
Martin Martina Martine Mary Mathias Mathieu Mathilde Matthias Matthew Maurice Max Maxime Mélanie
Melanie Mia Michael Michel Michèle Mike Mireille Monica Monika Monique Myriam Nadia Nadine Natalia
Nathalie Nicolas Nicole Nico Nina Noah Nora Norbert Olaf Olivia Olivier Oscar Otto Pascal Pascale
Patricia Patrick Paul Paula Paulette Paulo Pedro Peter Petra Philip Philipp Philippe Pierre Pit
Rachel Rainer Ralf Raphaël Raymond Rebecca Regina Reinhard Renate René Richard Rita Robert Roberto
Robin Roger Roland Rolf Romain Ronald Rosa Rose Roy Ruth Ryan Sabine Sam Samuel Sandra Sandrine
Sara Sarah Sascha Scott Sebastian Sébastien Serge Silvia Simon Simone Sonja Sophia Sophie Stefan
Stefanie Stéphane Stéphanie Stephen Steve Steven Susan Susanne Sven Sylvia Sylvie Tania Thérèse
Thierry Thomas Tim Tom Tommy Tony Ulrich Ulrike Ursula Ute Uwe Valérie Vanessa Vera Véronique
Victor Viktor Vincent Virginie Viviane Walter Werner William Wolfgang Xavier Yann Yves Yvette
Yvonne Zoé
"""
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][^\W\d_]+(?:[-’'][A-ZÀ-ÖØ-Þ]?[^\W\d_]+)*"
_AFTER_TITLE = re.compile(
    rf"\b(?:{'|'.join(sorted(set(_TITLES.split())))})\b\.?\s+(?:(?:Dr|Prof)\.\s*)*"
    rf"((?:(?:von|van|de|du|da)\s+)?{_CAPITAL}(?:\s{_CAPITAL})?)"
)
_FULL_NAME = re.compile(
    rf"\b((?:{'|'.join(_FIRST_NAMES.split())})(?:-[A-ZÉ]\w+)?\s(?:(?:von|van|de|du|da|le)\s)?"
    rf"{_CAPITAL})"
)
_SHARE = 0.2  # of a word's uses in which it is a name; Herr Bauer makes no farmer one


def people(texts: Iterable[str]) -> frozenset[str]:
    """The words, lower case, that name a person in these texts: after a title or a first name."""
    as_name: Counter[str] = Counter()
    found: set[str] = set()
    kept = list(texts)
    for text in kept:
        for pattern in (_AFTER_TITLE, _FULL_NAME):
            for match in pattern.finditer(text):
                as_name.update(word.lower() for word in re.findall(r"[^\W\d_]+", match[1]))
    if as_name:
        counts = Counter(
            word
            for text in kept
            for word in re.findall(r"[^\W\d_]+", text.lower())
            if word in as_name
        )
        found = {word for word, n in as_name.items() if n >= _SHARE * counts[word]}
    first = {name.lower() for name in _FIRST_NAMES.split()}
    titles = {title.lower() for title in _TITLES.split()}
    return frozenset((found | first) - titles)
