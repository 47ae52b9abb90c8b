"""The route-B id and password: read from people and files, kept in a file for the owner alone.

No message, exception or log of this module carries either of them, nor a
piece long enough to help a guess. For the same reason errors are raised
outside of the `except` blocks: an exception chained to a parser's would carry
the text that it could not parse.
"""

from __future__ import annotations

import ast
import os
import stat
import unicodedata
import warnings
from pathlib import Path

from semtui.errors import ConfigError
from semtui.i18n import _, ngettext
from semtui.model import Credentials
from semtui.storage.atomic import replace_file
from semtui.tomlfile import parse_toml, unreadable, unwritable

ID_LENGTH = 32
PASSWORD_LENGTH = 12
_DASHES = "-_\u30fc\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_LOOKALIKES = {"O": "0", "I": "1", "L": "1"}
_USER_CONF_TEMPLATE = Credentials(route_b_id="0" * ID_LENGTH, password="X" * PASSWORD_LENGTH)


def parse_route_b_id(text: str) -> str:
    """Return the 32 upper-case hex digits in `text`, as typed or pasted from the letter.

    Spaces, line breaks, dashes and invisible characters are dropped, full-width
    letters and digits are narrowed. Raises ConfigError, which tells how many
    digits there were or which one is wrong, never the id.
    """
    digits = _condensed(text)
    for position, character in enumerate(digits, start=1):
        if character not in "0123456789ABCDEF":
            raise ConfigError(
                _(
                    "Character {position} of the route-B id, {character}, is no hexadecimal digit."
                ).format(position=position, character=_shown(character)),
                _("The id is made of the digits 0 to 9 and the letters A to F."),
                _lookalike_hint(character)
                or _("Compare it with the letter from the electricity company."),
            )
    if len(digits) != ID_LENGTH:
        raise ConfigError(
            ngettext(
                "The route-B id has {count} character; it must have {wanted}.",
                "The route-B id has {count} characters; it must have {wanted}.",
                len(digits),
            ).format(count=len(digits), wanted=ID_LENGTH),
            _("The letter prints it in groups; all of them belong to it."),
            _("Compare it with the letter from the electricity company."),
        )
    return digits


def parse_password(text: str) -> str:
    """Return the 12 characters of the route-B password, as typed or pasted from the letter.

    Spaces, dashes and invisible characters are dropped and full-width characters
    are narrowed. Lower case is raised, because SKSETPWD knows 0-9 and A-Z only
    (SKSTACK-IP command reference, SKSETPWD). Raises ConfigError, which tells
    how many characters there were, never the password.
    """
    password = _condensed(text)
    for position, character in enumerate(password, start=1):
        if not (character.isascii() and character.isalnum()):
            raise ConfigError(
                _("Character {position} of the password is neither a letter nor a digit.").format(
                    position=position
                ),
                _("A route-B password is made of the digits 0 to 9 and the letters A to Z."),
                _("Compare it with the letter from the electricity company."),
            )
    if len(password) != PASSWORD_LENGTH:
        raise ConfigError(
            ngettext(
                "The password has {count} character; it must have {wanted}.",
                "The password has {count} characters; it must have {wanted}.",
                len(password),
            ).format(count=len(password), wanted=PASSWORD_LENGTH),
            _("It is the shorter of the two codes in the letter."),
            _("Compare it with the letter from the electricity company."),
        )
    return password


def load_credentials(path: Path) -> Credentials | None:
    """Return what is in `path`, or None when there is no such file.

    Raises ConfigError when anybody but the owner can read it, or when it does
    not hold what it should.
    """
    try:
        with open(path, "rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from None
    if mode & 0o077:
        raise ConfigError(
            _("{path} can be read by others: its mode is {mode:o}.").format(path=path, mode=mode),
            _("It holds the route-B id and password, so it must be readable by you alone."),
            _("Run: chmod 600 {path}").format(path=path),
        )
    document = parse_toml(path, content)
    for key in document:
        if key not in ("route_b_id", "password"):
            # A name that is not ours may be a secret on the wrong side of the equals sign.
            raise ConfigError(
                _("{path} holds something other than route_b_id and password.").format(path=path),
                hint=_rewrite_hint(),
            )
    return _credentials_in(path, document, "route_b_id", "password", _rewrite_hint())


def save_credentials(path: Path, credentials: Credentials) -> None:
    """Write both to `path`, for the owner alone from its first byte; raises ConfigError."""
    # Every start reads, few write: the import costs more than all of the reading.
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment(_("Secret: the keys to the smart meter. Keep the mode at 600.")))
    document["route_b_id"] = credentials.route_b_id
    document["password"] = credentials.password
    try:
        replace_file(path, tomlkit.dumps(document).encode(), mode=0o600)
    except OSError as error:
        title = _("The credentials could not be written to {path}.").format(path=path)
        raise unwritable(title, error) from None


def read_user_conf(path: Path) -> Credentials:
    """Return the credentials in a `user_conf.py` of yawatajunk/Wi-SUN_EnergyMeter.

    The file assigns SEM_ROUTEB_ID and SEM_PASSWORD; it is parsed, never run.
    Raises ConfigError.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from None
    values, line = _assignments(content)
    hint = _("Give the file user_conf.py of the 2016 script, or type the two codes.")
    if line is not None:
        raise ConfigError(
            _("{path} is not Python: line {line} cannot be read.").format(path=path, line=line),
            hint=hint,
        )
    credentials = _credentials_in(path, values, "SEM_ROUTEB_ID", "SEM_PASSWORD", hint)
    if credentials == _USER_CONF_TEMPLATE:
        raise ConfigError(
            _("{path} holds the placeholders that the script came with.").format(path=path),
            _("Nobody has filled in the route-B id and password there."),
            hint,
        )
    return credentials


def _assignments(content: bytes) -> tuple[dict[str, object], int | None]:
    """Return the constants that `content` assigns at its top, or the line that is not Python."""
    try:
        # A warning about a string of the file would print a piece of it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
    except SyntaxError as error:
        return {}, error.lineno or 1
    except (ValueError, RecursionError, MemoryError):
        return {}, 1
    values: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _assign(target, node.value, values)
        elif isinstance(node, ast.AnnAssign):
            _assign(node.target, node.value, values)
    return values, None


def _assign(target: ast.expr, value: ast.expr | None, values: dict[str, object]) -> None:
    """Put what `target` is given into `values`: a constant, or a row of them for a row of names."""
    if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
        values[target.id] = value.value
    elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        starred = any(isinstance(item, ast.Starred) for item in (*target.elts, *value.elts))
        if len(target.elts) == len(value.elts) and not starred:
            for name, item in zip(target.elts, value.elts, strict=True):
                _assign(name, item, values)


def _credentials_in(
    path: Path, values: dict[str, object], id_key: str, password_key: str, hint: str
) -> Credentials:
    """Take both out of `values`; raises ConfigError that names the file and the key."""
    texts = []
    for key, parse in ((id_key, parse_route_b_id), (password_key, parse_password)):
        value = values.get(key)
        if not isinstance(value, str):
            missing = (
                _("{path} has no {key}.") if value is None else _("{key} in {path} is no text.")
            )
            raise ConfigError(missing.format(path=path, key=key), hint=hint)
        try:
            texts.append(parse(value))
        except ConfigError as error:
            wrong = error
        else:
            continue
        raise ConfigError(
            wrong.title, _("It stands in {path}, as {key}.").format(path=path, key=key), wrong.hint
        )
    return Credentials(route_b_id=texts[0], password=texts[1])


def _condensed(text: str) -> str:
    """Narrow, raise, and drop what people and word processors put between characters."""
    return "".join(
        character.upper()
        for character in unicodedata.normalize("NFKC", text)
        if not character.isspace()
        and character not in _DASHES
        and unicodedata.category(character) not in ("Cc", "Cf")
    )


def _shown(character: str) -> str:
    return f'"{character}"' if character.isprintable() else f"U+{ord(character):04X}"


def _lookalike_hint(character: str) -> str:
    digit = _LOOKALIKES.get(character)
    if digit is None:
        return ""
    return _('Where you see the letter "{letter}", the digit {digit} is meant.').format(
        letter=character, digit=digit
    )


def _rewrite_hint() -> str:
    return _("Remove the file and run semtui: it will ask for both again.")
