"""Whether an edited letter says the opposite: pairs by hand, in four languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.polarity import Stance
from tests.analysis.sentences import SENTENCES

AROUND = {
    "fr": (
        "Le conseil communal discute du dossier depuis deux ans.",
        "Nous attendons une réponse avant la fin du mois.",
    ),
    "de": (
        "Der Gemeinderat berät seit zwei Jahren über die Akte.",
        "Wir erwarten eine Antwort vor Ende des Monats.",
    ),
    "lb": (
        "De Gemengerot diskutéiert säit zwee Joer iwwer den Dossier.",
        "Mir waarden op eng Äntwert virum Enn vum Mount.",
    ),
    "en": (
        "The council has debated the file for two years.",
        "We expect an answer before the end of the month.",
    ),
}

TURNED = [
    ("fr", "Je suis favorable au péage urbain.", "Je suis défavorable au péage urbain."),
    ("fr", "Nous disons oui au parc éolien.", "Nous disons non au parc éolien."),
    ("fr", "La commune doit acheter ce terrain.", "La commune ne doit pas acheter ce terrain."),
    (
        "fr",
        "Il faut interdire les trottinettes sur les trottoirs.",
        "Il faut autoriser les trottinettes sur les trottoirs.",
    ),
    ("fr", "Ce texte va dans le bon sens.", "Ce texte va dans le mauvais sens."),
    ("fr", "Les loyers doivent augmenter moins vite.", "Les loyers doivent augmenter plus vite."),
    ("fr", "Je voterai pour cette loi.", "Je voterai contre cette loi."),
    (
        "fr",
        "Nous n'avons aucun besoin d'un nouveau centre commercial.",
        "Nous avons besoin d'un nouveau centre commercial.",
    ),
    ("fr", "Personne ne demande cette autoroute.", "Tout le monde demande cette autoroute."),
    ("fr", "Cette taxe est inutile.", "Cette taxe est utile."),
    (
        "fr",
        "Je ne veux plus de voitures devant l'école.",
        "Je veux plus de voitures devant l'école.",
    ),
    (
        "fr",
        "L'État doit réduire les aides aux grandes exploitations.",
        "L'État doit augmenter les aides aux grandes exploitations.",
    ),
    ("fr", "Je demande le retrait de l'article 3.", "Je demande le maintien de l'article 3."),
    (
        "de",
        "Ich bin dafür, dass die Schule neu gebaut wird.",
        "Ich bin dagegen, dass die Schule neu gebaut wird.",
    ),
    (
        "de",
        "Das Gesetz soll so verabschiedet werden.",
        "Das Gesetz soll so nicht verabschiedet werden.",
    ),
    ("de", "Wir sagen Ja zur Maut.", "Wir sagen Nein zur Maut."),
    ("de", "Die Gemeinde muss die Hecken schützen.", "Die Gemeinde muss die Hecken roden."),
    ("de", "Der Hundesteuer stimmen wir zu.", "Die Hundesteuer lehnen wir ab."),
    (
        "de",
        "Es gibt keinen Grund, das Verfahren zu verlängern.",
        "Es gibt einen Grund, das Verfahren zu verlängern.",
    ),
    ("de", "Das Tempolimit muss bleiben.", "Das Tempolimit muss weg."),
    ("de", "Niemand will diese Brücke.", "Alle wollen diese Brücke."),
    ("de", "Die Förderung sollte erhöht werden.", "Die Förderung sollte gesenkt werden."),
    ("de", "Diese Regel ist nötig.", "Diese Regel ist unnötig."),
    (
        "de",
        "Ich will den Markt auf dem Platz behalten.",
        "Ich will den Markt auf dem Platz nicht behalten.",
    ),
    ("de", "Hunde sollen im Park verboten werden.", "Hunde sollen im Park erlaubt werden."),
    ("de", "Für mich ist der Entwurf annehmbar.", "Für mich ist der Entwurf nicht annehmbar."),
    (
        "lb",
        "Ech sinn dofir, datt d'Schoul nei gebaut gëtt.",
        "Ech sinn dogéint, datt d'Schoul nei gebaut gëtt.",
    ),
    ("lb", "Mir sti hannert deem Projet.", "Mir stinn net hannert deem Projet."),
    ("lb", "Dat bréngt eis méi Kaméidi.", "Dat bréngt eis manner Kaméidi."),
    ("lb", "D'Steier soll erhéicht ginn.", "D'Steier soll erofgesat ginn."),
    ("lb", "Mir hunn näischt géint de Park.", "Mir hunn eppes géint de Park."),
    ("lb", "Ech stëmmen dem Virschlag zou.", "Ech stëmmen dem Virschlag net zou."),
    (
        "lb",
        "D'Autoe sollen aus dem Zentrum verbannt ginn.",
        "D'Autoe sollen net aus dem Zentrum verbannt ginn.",
    ),
    (
        "lb",
        "Et ass keng gutt Iddi, d'Bréck ofzerappen.",
        "Et ass eng gutt Iddi, d'Bréck ofzerappen.",
    ),
    ("lb", "Keen wëllt dës Autobunn.", "Jiddereen wëllt dës Autobunn."),
    ("lb", "D'Gesetz ass gerecht.", "D'Gesetz ass ongerecht."),
    ("lb", "De Staat soll dat verbidden.", "De Staat soll dat erlaben."),
    ("en", "The council must approve this plan.", "The council must refuse this plan."),
    (
        "en",
        "This road will make our village safer.",
        "This road will never make our village safer.",
    ),
    ("en", "I would like to see fewer lorries here.", "I would like to see more lorries here."),
    ("en", "I can accept these changes.", "I cannot accept these changes."),
    ("en", "Nobody wants the incinerator.", "Everybody wants the incinerator."),
    ("en", "The subsidy should be increased.", "The subsidy should be cut."),
    ("en", "Dogs should be allowed on the beach.", "Dogs should be banned from the beach."),
    ("en", "We welcome the amendment.", "We regret the amendment."),
    ("en", "This is a fair deal for farmers.", "This is not a fair deal for farmers."),
    ("en", "I dont think this helps.", "I think this helps."),
    ("en", "The plan is affordable.", "The plan is unaffordable."),
    ("fr", "Le Conseil d'État a raison sur ce point.", "Le Conseil d'État a tort sur ce point."),
    (
        "fr",
        "Nous refusons la fermeture du bureau de poste.",
        "Nous acceptons la fermeture du bureau de poste.",
    ),
    (
        "fr",
        "La chasse devrait rester permise le dimanche.",
        "La chasse ne devrait pas rester permise le dimanche.",
    ),
    (
        "fr",
        "Il est urgent d'agir contre les pesticides.",
        "Il n'est pas urgent d'agir contre les pesticides.",
    ),
    ("fr", "Je trouve ce projet acceptable.", "Je trouve ce projet inacceptable."),
    ("fr", "Laissez les arbres debout.", "Ne laissez pas les arbres debout."),
    ("de", "Die Bürger wurden gefragt.", "Die Bürger wurden nie gefragt."),
    ("de", "Ich halte die Frist für ausreichend.", "Ich halte die Frist für nicht ausreichend."),
    ("de", "Windräder ja, aber mit Abstand.", "Windräder nein, auch mit Abstand."),
    ("de", "Die Kosten sind vertretbar.", "Die Kosten sind nicht vertretbar."),
    ("de", "Wir begrüßen den Neubau der Halle.", "Wir bedauern den Neubau der Halle."),
    ("de", "Wir haben genug Supermärkte.", "Wir haben nicht genug Supermärkte."),
    ("lb", "Mir sinn domat averstanen.", "Mir sinn domat net averstanen."),
    ("lb", "Ech fannen de Projet gutt.", "Ech fannen de Projet schlecht."),
    ("lb", "Et muss ee weider bauen.", "Et däerf een net weider bauen."),
    ("lb", "D'Leit goufe gefrot.", "D'Leit goufen ni gefrot."),
    ("lb", "Dat ass mat eis ze maachen.", "Dat ass ouni eis ze maachen."),
    ("en", "This bill protects tenants.", "This bill does not protect tenants."),
    ("en", "We trust the developer.", "We distrust the developer."),
    ("en", "There should be a limit on rents.", "There should be no limit on rents."),
    ("en", "I am for the merger of the two towns.", "I am against the merger of the two towns."),
    ("en", "The fee is too high.", "The fee is too low."),
    ("en", "Nothing in this draft helps families.", "Everything in this draft helps families."),
]

SAME = [
    (
        "fr",
        "Nous demandons une école neuve.",
        "Nous demandons non seulement une école neuve, mais aussi une crèche.",
    ),
    (
        "fr",
        "Je m'oppose au projet de carrière.",
        "Je ne suis pas d'accord avec le projet de carrière.",
    ),
    ("fr", "Il faut au moins deux bus par heure.", "Il faut deux bus par heure."),
    (
        "fr",
        "Je soutiens la piste cyclable.",
        "Je soutiens la piste cyclable, qui n'existe pas encore dans ma rue.",
    ),
    (
        "fr",
        "Nous voulons des arbres et des bancs.",
        "Nous voulons des bancs et des arbres, pas du béton.",
    ),
    (
        "fr",
        "Le bruit est insupportable la nuit.",
        "La nuit, le bruit est insupportable et on ne dort plus.",
    ),
    ("fr", "Les riverains sont inquiets.", "Les riverains sont très inquiets."),
    ("fr", "Je ne veux pas de ce parking.", "Je veux pas de ce parking."),
    ("fr", "Merci de ne pas abattre les tilleuls.", "Prière de ne pas abattre les tilleuls."),
    (
        "de",
        "Wir brauchen bezahlbare Wohnungen.",
        "Wir brauchen nicht nur bezahlbare Wohnungen, sondern auch Schulen.",
    ),
    ("de", "Ich bin gegen die Schließung der Post.", "Ich bin nicht für die Schließung der Post."),
    (
        "de",
        "Ich unterstütze den Radweg.",
        "Ich unterstütze den Radweg, weil meine Tochter dort nicht sicher fahren kann.",
    ),
    ("de", "Der Lärm ist unerträglich.", "Der Lärm ist wirklich unerträglich."),
    ("de", "Bitte lehnen Sie den Antrag ab.", "Bitte stimmen Sie gegen den Antrag."),
    ("de", "Das darf nicht so bleiben.", "So darf das nicht bleiben."),
    ("de", "Der Wald soll bleiben.", "Der Wald soll bleiben, ohne Wenn und Aber."),
    ("de", "Die Steuer ist nicht gerecht.", "Die Steuer ist ungerecht."),
    ("de", "Wir wollen das nciht.", "Wir wollen das nicht."),
    ("lb", "Mir brauche méi Bussen.", "Mir brauchen net nëmmen méi Bussen, mee och Zich."),
    ("lb", "Ech si géint den Tunnel.", "Ech sinn net fir den Tunnel."),
    (
        "lb",
        "Ech ënnerstëtzen de Vëloswee.",
        "Ech ënnerstëtzen de Vëloswee, well et bei eis nach keen gëtt.",
    ),
    ("lb", "Dat ass eng gutt Saach.", "Dat ass wierklech eng gutt Saach."),
    ("lb", "De Bësch muss bleiwen.", "De Bësch muss bleiwen, ouni Wann an Aber."),
    ("lb", "Mir wëllen dat nët.", "Mir wëllen dat net."),
    ("en", "We need affordable homes.", "We need not only affordable homes but also schools."),
    ("en", "I oppose the quarry.", "I do not support the quarry."),
    (
        "en",
        "I support the cycle lane.",
        "I support the cycle lane, although my street will not get one.",
    ),
    ("en", "Please keep the library.", "Please do keep the library."),
    ("en", "We don't want this.", "We do not want this."),
    ("en", "The noise is unbearable at night.", "At night the noise is unbearable."),
    ("en", "This is not acceptable.", "This is unacceptable."),
    ("en", "There is no parking at the school.", "There is no parking at all at the school."),
    ("en", "The station must stay open.", "The station must stay open, no matter what it costs."),
    (
        "fr",
        "Nous sommes pour la gratuité des transports.",
        "Nous ne sommes pas contre la gratuité des transports.",
    ),
    ("fr", "Je vous demande de rejeter ce texte.", "Je vous demande de voter contre ce texte."),
    (
        "fr",
        "Mon village a besoin d'un médecin.",
        "Mon village, qui n'en a plus depuis 2019, a besoin d'un médecin.",
    ),
    ("fr", "Le délai est trop court.", "Le délai de deux mois est beaucoup trop court."),
    ("de", "Das Bad muss offen bleiben.", "Das Bad darf nicht geschlossen werden."),
    ("de", "Wir sind gegen Fluglärm.", "Wir sind ganz klar gegen Fluglärm in der Nacht."),
    ("de", "Die Strecke ist gefährlich.", "Die Strecke ist nicht sicher."),
    (
        "de",
        "Meine Kinder gehen hier zur Schule.",
        "Meine Kinder gehen hier zur Schule und haben keinen sicheren Weg.",
    ),
    ("lb", "De Bus kënnt ze spéit.", "De Bus kënnt ëmmer ze spéit."),
    (
        "lb",
        "Mir sinn der Meenung, datt et geet.",
        "Mir sinn der Meenung, datt et geet, an net eréischt muer.",
    ),
    ("en", "Keep the pool open.", "Do not close the pool."),
    ("en", "The road is dangerous.", "The road is not safe."),
    ("en", "I live next to the site.", "I live next to the site and I can't sleep at night."),
    ("en", "We ask you to reject the plan.", "We ask you not to approve the plan."),
]


def _letter(language: str, sentence: str) -> Stance:
    before, after = AROUND[language]
    return Stance(f"{before} {sentence} {after}", language)


@pytest.mark.parametrize(("language", "one", "other"), TURNED)
def test_the_opposite_is_seen_from_both_sides(language: str, one: str, other: str) -> None:
    assert _letter(language, one).turned_by(_letter(language, other))
    assert _letter(language, other).turned_by(_letter(language, one))


@pytest.mark.parametrize(("language", "one", "other"), SAME)
def test_other_words_for_the_same_turn_nothing(language: str, one: str, other: str) -> None:
    assert not _letter(language, one).turned_by(_letter(language, other))
    assert not _letter(language, other).turned_by(_letter(language, one))


@pytest.mark.parametrize(
    ("language", "letter", "own"),
    [
        ("fr", "Je soutiens la piste cyclable.", "Ma fille ne peut pas aller seule à l'école."),
        ("de", "Ich unterstütze den Radweg.", "Ohne ihn lasse ich mein Kind nicht allein fahren."),
        ("lb", "Ech ënnerstëtzen de Vëloswee.", "Mäi Kand däerf soss net eleng an d'Schoul."),
        ("en", "I support the cycle lane.", "Nobody in my street dares to cycle, and I don't."),
    ],
)
def test_what_people_add_turns_nothing(language: str, letter: str, own: str) -> None:
    whole = _letter(language, letter)
    before, after = AROUND[language]
    for text in (
        f"{own} {before} {letter} {after}",
        f"{before} {letter} {own} {after}",
        f"{letter} {own}",
        f"{before} {letter[:-1]}: {own} {after}",
        f"{after} {own} {letter}\n{before}",
    ):
        assert not whole.turned_by(Stance(text, language)), text


def test_a_dropped_sentence_turns_nothing_and_neither_does_its_place() -> None:
    letter = Stance("We do not want this road. It ruins the valley. Nobody asked us.", "en")
    assert not letter.turned_by(Stance("It ruins the valley.", "en"))
    assert not letter.turned_by(Stance("Nobody asked us. We do not want this road.", "en"))
    assert letter.turned_by(Stance("Nobody asked us. We do want this road.", "en"))
    run_on = Stance("We do not want this road, it ruins the valley, nobody asked us", "en")
    assert not letter.turned_by(run_on)


def test_a_repeated_negation_is_missed_where_it_was() -> None:
    letter = Stance("We do not want the road. We do not want the tunnel.", "en")
    assert letter.turned_by(Stance("We want the road. We do not want the tunnel.", "en"))


def test_languages_do_not_mix() -> None:
    """Manner is "less" in Luxembourgish; men are none."""
    assert not Stance("Mehr Männer sollen in die Pflege.").turned_by(
        Stance("Mehr Manner sollen in die Pflege.")
    )
    assert not Stance("Le prix net augmente.", "fr").turned_by(Stance("Le prix augmente.", "fr"))


TEXTS = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from([text for _, _, text in SENTENCES]),
        st.sampled_from([text for _, *both in TURNED for text in both]),
    ),
    max_size=5,
).map(" ".join)


@given(TEXTS)
def test_no_text_turns_itself(text: str) -> None:
    assert not Stance(text).turned_by(Stance(text))
    assert not Stance(text).turned_by(Stance(text.upper(), Stance(text).language))


@given(TEXTS, TEXTS)
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert Stance(one).turned_by(Stance(other)) in (True, False)
