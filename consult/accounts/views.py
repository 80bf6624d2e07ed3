"""What people do with their accounts."""

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask_login import login_user, logout_user

from consult.accounts import (
    entering,
    invitations,
    passwords,
    profile,
    queries,
    recovery,
    registration,
    sessions,
    tokens,
)
from consult.accounts.devices import device_name
from consult.accounts.forms import (
    AddressForm,
    ConfirmForm,
    InvitedForm,
    LoginForm,
    PasswordForm,
    ProfileForm,
    RegisterForm,
    ResetForm,
)
from consult.accounts.identity import normal_email
from consult.accounts.login import SignedIn, load, person, token_hash
from consult.accounts.models import User
from consult.accounts.tokens import Claim, LinkError
from consult.accounts.web import count_attempt
from consult.accounts.words import ROLE_NAMES, ROLE_TASKS
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.forms import ConsultForm, PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import mark
from consult.kernel.ids import random_token
from consult.kernel.transaction import act, end_reading
from consult.kernel.web import safe_next, seen_other, served_at

blueprint = Blueprint("accounts", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> Answer:
    onward = safe_next(request.args.get("next"), url_for("accounts.account"))
    if request.method == "GET" and person():
        return redirect(onward, 303)  # type: ignore[return-value]
    form = LoginForm()
    if form.validate_on_submit():
        email = normal_email(form.email.data)
        count_attempt("login", email)
        user = queries.user_by_email(current_session(), email)
        try:
            _enter(user, form.password.data)
        except (entering.WrongPasswordError, entering.NotConfirmedError) as error:
            form.refuse(error)
        else:
            return redirect(onward, 303)  # type: ignore[return-value]
    return _shown("accounts/login.html", form, onward=request.args.get("next"))


@blueprint.post("/logout")
def logout() -> Response:
    known = person()
    if known:
        with act() as session:
            sessions.revoke(
                session, known.session_id, user_id=known.id, actor=known.actor, now=served_at()
            )
    logout_user()
    cookie.clear()
    return seen_other("home.index")


@blueprint.route("/account/new", methods=["GET", "POST"])
def register() -> Answer:
    form = RegisterForm()
    if not form.validate_on_submit():
        return _shown("accounts/register.html", form)
    email = normal_email(form.email.data)
    count_attempt("letter", email)
    hashed = passwords.hashed(form.password.data)
    with act() as session:
        registration.register(
            session,
            email=email,
            name=form.name.data,
            password_hash=hashed,
            language=i18n.language(),
            now=served_at(),
        )
    return seen_other("accounts.sent")


@blueprint.get("/account/sent")
def sent() -> str:
    return render_template("accounts/sent.html")


@blueprint.route("/account/confirm/again", methods=["GET", "POST"])
def confirm_again() -> Answer:
    form = AddressForm()
    if not form.validate_on_submit():
        return _shown("accounts/confirm_again.html", form)
    email = normal_email(form.email.data)
    count_attempt("letter", email)
    with act() as session:
        registration.resend(session, email=email, language=i18n.language(), now=served_at())
    return seen_other("accounts.sent")


@blueprint.route("/account/confirm", methods=["GET", "POST"])
def confirm() -> Answer:
    claim, user = _claimed(tokens.CONFIRM)
    form = ConfirmForm()
    if form.validate_on_submit():
        count_attempt("login", user.email)
        try:
            _enter(user, form.password.data, confirming=claim)
        except entering.WrongPasswordError:
            form.refuse(entering.WrongPasswordError(mark("This is not the password you chose.")))
        else:
            flash(_("Your address is confirmed and you are signed in."), "success")
            return seen_other("accounts.account")
    return _shown("accounts/confirm.html", form, email=user.email)


@blueprint.route("/account/password/forgotten", methods=["GET", "POST"])
def forgotten() -> Answer:
    form = AddressForm()
    if not form.validate_on_submit():
        return _shown("accounts/forgotten.html", form)
    email = normal_email(form.email.data)
    count_attempt("letter", email)
    with act() as session:
        recovery.ask(session, email=email, language=i18n.language(), now=served_at())
    return seen_other("accounts.sent")


@blueprint.route("/account/password/new", methods=["GET", "POST"])
def new_password() -> Answer:
    claim, user = _claimed(tokens.RESET)
    form = ResetForm()
    form.email = user.email
    if not form.validate_on_submit():
        return _shown("accounts/new_password.html", form, email=user.email)
    hashed = passwords.hashed(form.password.data)
    with act() as session:
        recovery.reset(session, claim, password_hash=hashed, now=served_at())
    flash(_("Your password is changed. Please sign in with it."), "success")
    return seen_other("accounts.login")


@blueprint.route("/account", methods=["GET", "POST"])
def account() -> Answer:
    known = _known()
    form = ProfileForm(name=known.name, language=known.language)
    if form.validate_on_submit():
        with act() as session:
            profile.change(
                session,
                known.id,
                name=form.name.data,
                language=form.language.data,
                actor=known.actor,
                now=served_at(),
            )
        flash(_("Your changes are saved."), "success")
        return seen_other("accounts.account")
    return _shown(
        "accounts/account.html",
        form,
        me=known,
        sessions=queries.login_sessions(current_session(), known.id),
        roles=queries.roles_of_user(current_session(), known.id),
        role_names=ROLE_NAMES,
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
def password() -> Answer:
    known = _known()
    form = PasswordForm()
    form.email = known.email
    if form.validate_on_submit():
        count_attempt("login", known.email)
        stored = queries.user(current_session(), known.id).password_hash
        end_reading()
        try:
            if not passwords.matches(stored, form.current.data):
                raise entering.WrongPasswordError(mark("The present password is not right."))  # noqa: TRY301
            _change_password(known, stored, passwords.hashed(form.new.data))
        except entering.WrongPasswordError as error:
            form.refuse(error)
        else:
            flash(_("Your password is changed. All other browsers are signed out."), "success")
            return seen_other("accounts.account")
    return _shown("accounts/password.html", form)


@blueprint.post("/account/sessions/<int:number>/end")
def end_session(number: int) -> Response:
    known = _known()
    with act() as session:
        sessions.revoke(session, number, user_id=known.id, actor=known.actor, now=served_at())
    flash(_("This browser is signed out."), "success")
    return seen_other("accounts.account")


@blueprint.post("/account/sessions/end-others")
def end_other_sessions() -> Response:
    known = _known()
    with act() as session:
        sessions.revoke_all(
            session, known.id, actor=known.actor, now=served_at(), keep=known.session_id
        )
    flash(_("All other browsers are signed out."), "success")
    return seen_other("accounts.account")


@blueprint.route("/invitation", methods=["GET", "POST"])
def invitation() -> Answer:
    claim = tokens.read(tokens.INVITATION, request.args.get("token", ""), served_at())
    found = queries.invitation(current_session(), claim, served_at())
    facts: dict[str, object] = {"invitation": found}
    if found.role is not None:
        facts |= {"role": ROLE_NAMES[found.role], "task": ROLE_TASKS[found.role]}
    known, taken = person(), found.has_account
    if known and known.email == found.email:
        return _accept_signed_in(claim, known, facts)
    if taken or known:
        return render_template("accounts/invitation_sign_in.html", me=known, **facts)
    return _accept_anew(claim, found.email, facts)


def _accept_signed_in(claim: Claim, known: SignedIn, facts: dict[str, object]) -> Answer:
    form = PressForm()
    if not form.validate_on_submit():
        return _shown("accounts/invitation_accept.html", form, **facts)
    with act() as session:
        taken = invitations.accept(session, claim, user_id=known.id, now=served_at())
        joined = taken.organisation_id
    if joined is not None:
        flash(_("You are a member now."), "success")
        return seen_other("organisations.show", number=joined)
    flash(_("You have the new role."), "success")
    return seen_other("accounts.account")


def _accept_anew(claim: Claim, email: str, facts: dict[str, object]) -> Answer:
    form = InvitedForm()
    form.email = email
    if not form.validate_on_submit():
        return _shown("accounts/invitation_new.html", form, **facts)
    hashed = passwords.hashed(form.password.data)
    with act() as session:
        invitations.accept_anew(
            session,
            claim,
            name=form.name.data,
            password_hash=hashed,
            language=i18n.language(),
            now=served_at(),
        )
    flash(_("Your account is ready. Please sign in."), "success")
    return seen_other("accounts.login")


@blueprint.errorhandler(LinkError)
def link_is_void(error: LinkError) -> tuple[str, int]:
    return render_template("accounts/link_void.html", sentence=_(error.message)), error.status


def _enter(user: User | None, typed: str, confirming: Claim | None = None) -> None:
    """Check the password, open a session and give the browser its token."""
    known = (user.id, user.password_hash) if user and user.disabled_at is None else None
    end_reading()
    if not passwords.matches(known[1] if known else None, typed) or known is None:
        raise entering.WrongPasswordError
    renewed = passwords.hashed(typed) if passwords.outdated(known[1]) else None
    token, before = random_token(32), person()
    with act() as session:
        if confirming is not None:
            registration.confirm(session, confirming, now=served_at())
        entering.enter(
            session,
            known[0],
            seen_hash=known[1],
            token_hash=token_hash(token),
            device=device_name(request.user_agent.string),
            now=served_at(),
            renewed_hash=renewed,
            replaced=before.session_id if before else None,
        )
    # Nothing of the visitor's cookie goes over into the signed-in one, so none can be planted.
    cookie.clear()
    login_user(load(token))


def _change_password(known: SignedIn, stored: str, hashed: str) -> None:
    with act() as session:
        profile.change_password(
            session,
            known.id,
            seen_hash=stored,
            password_hash=hashed,
            keep_session=known.session_id,
            actor=known.actor,
            now=served_at(),
        )


def _claimed(purpose: str) -> tuple[Claim, User]:
    """The claim of the letter's token and its account, as things stand. Raises LinkError."""
    claim = tokens.read(purpose, request.args.get("token", ""), served_at())
    user = queries.claimed_user(current_session(), claim)
    return claim, user


def _known() -> SignedIn:
    known = person()
    assert known is not None, "the permission table asks for a session here"
    return known


def _shown(template: str, form: ConsultForm, **facts: object) -> tuple[str, int]:
    page = render_template(template, form=form, **facts)
    return page, 422 if form.errors else 200
