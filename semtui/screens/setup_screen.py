"""The set-up: five questions, each answer checked as it is typed, saved only at the end.

Nothing is sent to the module and nothing is written before the last step.
What is asked, and what the answers mean, is known elsewhere: the wizard gets
the functions it needs from outside.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from semtui.errors import ConfigError, SemtuiError
from semtui.i18n import _
from semtui.model import Credentials
from semtui.paths import expanded
from semtui.screens.setup_services import Answers, SetupServices
from semtui.screens.themes import style_of
from semtui.screens.widgets.glyphs import UNICODE, Glyphs
from semtui.screens.widgets.painted import Painted
from semtui.screens.widgets.setup_rows import AnswerInput, SetupKeys, SetupSteps, SetupTitle

PORT, ROUTE_B_ID, PASSWORD, INTERVAL, SAVE = range(5)
OTHER = "other"
"""Id of the list's entry for a port that is typed in."""


class SetupScreen(Screen[bool]):
    """The wizard; dismissed with True when everything has been saved."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("ctrl+r", "reveal", "Reveal", priority=True),
        Binding("ctrl+o", "import_conf", "From user_conf.py", priority=True),
        Binding("f5,ctrl+l", "look_again", "Look again", priority=True),
        Binding("ctrl+q", "leave", "Leave", priority=True),
    ]

    def __init__(
        self,
        services: SetupServices,
        *,
        config: Path,
        credentials: Path,
        port: str = "",
        saved: Credentials | None = None,
        interval: float = 3.0,
        glyphs: Glyphs = UNICODE,
    ) -> None:
        """`config` and `credentials` are the files to be written.

        `port`, `saved` and `interval` are what is set up already; `saved` is kept
        where nothing is typed, and never shown.
        """
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]
        self._services = services
        self._config = config
        self._credentials = credentials
        self._answers = Answers(port=port, interval=interval)
        self._saved = saved
        self.glyphs = glyphs
        self.step = PORT
        self._importing = False
        self._typing_port = False

    def compose(self) -> ComposeResult:
        yield SetupTitle()
        yield SetupSteps()
        with Vertical(id="setup-body"):
            yield Static(id="question", markup=False)
            yield OptionList(id="ports", markup=False)
            yield AnswerInput(id="answer")
            yield Static(id="verdict", markup=False)
            yield Static(id="notes", markup=False)
        yield SetupKeys()

    def on_mount(self) -> None:
        """Begin with the port."""
        self._input.cursor_blink = False
        self._go(PORT)

    @property
    def _input(self) -> Input:
        return self.query_one("#answer", Input)

    @property
    def _ports(self) -> OptionList:
        return self.query_one("#ports", OptionList)

    def _say(self, place: str, text: str, style: str = "") -> None:
        widget = self.query_one(f"#{place}", Static)
        widget.update(self.glyphs.text(text))
        widget.set_classes(style)

    def key_hints(self) -> list[tuple[str, str]]:
        """The keys of this step, as the last row shows them."""
        if self._importing:
            return [("enter", _("Read this file")), ("esc", _("Back"))]
        keys = [("enter", _("Save and start") if self.step == SAVE else _("Next"))]
        if self.step > PORT or self._typing_port:
            keys.append(("esc", _("Back")))
        if self.step == PORT and not self._typing_port:
            keys.append(("ctrl+l", _("Look again")))
        if self.step in (ROUTE_B_ID, PASSWORD):
            keys.append(
                ("ctrl+r", _("Hide") if not self._input.password else _("Show what I type"))
            )
        if self.step == ROUTE_B_ID:
            keys.append(("ctrl+o", _("From user_conf.py")))
        keys.append(("ctrl+q", _("Leave, nothing saved")))
        return keys

    # Each step.

    def _show_step(self) -> None:
        choosing = self.step == PORT and not self._typing_port
        self._ports.display = choosing
        self._input.display = not choosing and self.step != SAVE
        for place in ("verdict", "notes"):
            self._say(place, "")
        shown = {
            PORT: self._show_port,
            ROUTE_B_ID: self._show_id,
            PASSWORD: self._show_password,
            INTERVAL: self._show_interval,
            SAVE: self._show_save,
        }
        shown[self.step]()
        self.repaint()

    def repaint(self, full: bool = False) -> None:
        """Paint the rows around the question again."""
        for widget in self.query(Painted):
            widget.repaint(full)

    def _ask(self, question: str, value: str, secret: bool, placeholder: str = "") -> None:
        self._say("question", question)
        self._input.password = secret
        self._input.placeholder = placeholder
        self._input.value = value
        self._input.cursor_position = len(value)
        self._input.focus()
        self._judge(value)

    def _show_port(self) -> None:
        if self._typing_port:
            self._ask(
                _("Which port? A device path, or a URL such as socket://host:4000"),
                self._answers.port,
                secret=False,
                placeholder="/dev/ttyUSB0",
            )
            return
        self._say("question", _("Which serial port has the Wi-SUN module?"))
        self._ports.clear_options()
        candidates = self._services.list_ports()
        width = max((cell_len(candidate.path) for candidate in candidates), default=0)
        for candidate in candidates:
            gap = " " * (width - cell_len(candidate.path) + 3)
            words = f"{candidate.path}{gap}{candidate.description}"
            self._ports.add_option(Option(self.glyphs.text(words), id=candidate.path))
        self._ports.add_option(Option(_("another one, typed in"), id=OTHER))
        if not candidates:
            hint = _("No serial port was found. Plug the module in, then look again with ctrl+l.")
            self._say("verdict", hint, "warn")
        chosen = [candidate.path for candidate in candidates]
        port = self._answers.port
        typed = len(candidates) if port else 0
        self._ports.highlighted = chosen.index(port) if port in chosen else typed
        self._ports.focus()

    def _show_id(self) -> None:
        question = _(
            "The route-B id: 32 digits and letters A to F, from your grid company's letter. "
            "Spaces do not matter."
        )
        self._ask_secret(question, self._answers.route_b_id)

    def _show_password(self) -> None:
        question = _(
            "The route-B password: 12 characters, from the same letter (or its second one)."
        )
        self._ask_secret(question, self._answers.password)

    def _ask_secret(self, question: str, answer: str) -> None:
        """Ask with the answer so far; one that was saved stays out of the field, and unseen."""
        saved = self._saved
        keeps = "" if saved is None else _("enter keeps the one that is saved")
        if saved is not None and answer in (saved.route_b_id, saved.password):
            answer = ""
        self._ask(question, answer, secret=True, placeholder=keeps)

    def _keep(self) -> bool:
        """Take the saved answer of this step, where there is one."""
        if self._saved is None or self._importing:
            return False
        if self.step == ROUTE_B_ID:
            self._answers.route_b_id = self._saved.route_b_id
        elif self.step == PASSWORD:
            self._answers.password = self._saved.password
        return self.step in (ROUTE_B_ID, PASSWORD)

    def _show_interval(self) -> None:
        question = _(
            "Seconds between two readings of power. 3 is a good choice; "
            "0 asks as fast as the meter answers."
        )
        self._ask(question, f"{self._answers.interval:g}", secret=False)

    def _show_save(self) -> None:
        answers = self._answers
        self._say(
            "question",
            _(
                "This will be saved:\n\n"
                "  port       {port}\n"
                "  id         32 characters\n"
                "  password   12 characters\n"
                "  interval   {interval:g} s\n\n"
                "settings go to  {config}\n"
                "secrets go to   {credentials}"
            ).format(
                port=answers.port,
                interval=answers.interval,
                config=self._config,
                credentials=self._credentials,
            ),
        )
        self._say(
            "notes",
            _(
                "The file of secrets can be read by you alone. Nothing is written to the module's "
                "flash memory. Enter saves, then the search for the meter begins."
            ),
            "dim",
        )
        self.set_focus(None)

    def _show_import(self) -> None:
        self._importing = True
        self._ask(
            _("Read id and password from a user_conf.py of the 2016 script. Where is it?"),
            "",
            secret=False,
            placeholder="~/user_conf.py",
        )
        self.repaint()

    # Judging what is typed.

    @on(OptionList.OptionHighlighted)
    def _look_at_port(self, event: OptionList.OptionHighlighted) -> None:
        """Say what is known of the port under the cursor."""
        path = event.option_id or ""
        if self.step == PORT and path != OTHER:
            self._say_findings(path)
        elif self.step == PORT and self._ports.option_count > 1:
            self._say("verdict", "")

    def _say_findings(self, path: str) -> None:
        """A line a finding, its grade in its colour, and what to do under it."""
        styles = {"ok": "good", "warn": "warn", "fail": "bad"}
        lines = Table.grid()
        lines.add_column(width=6)
        lines.add_column(overflow="fold")
        for finding in self._services.check_port(path):
            grade = finding.level.value
            style = style_of(self.app.theme, styles.get(grade, "dim"))
            lines.add_row(Text(grade, style), Text(self.glyphs.text(finding.title)))
            if finding.hint:
                lines.add_row("", Text(self.glyphs.text(finding.hint)))
        verdict = self.query_one("#verdict", Static)
        verdict.set_classes("")
        verdict.update(lines)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._judge(event.value)

    def _judge(self, text: str, style: str = "dim") -> bool:
        """Say whether `text` will do, in `style` when not; keep it when it does."""
        if not text.strip():
            self._say("verdict", "")
            return False
        try:
            words = self._accept(text)
        except ConfigError as error:
            self._say("verdict", str(error), style)
            return False
        self._say("verdict", words, "good")
        return True

    def _accept(self, text: str) -> str:
        """Take an answer, and say so; raises ConfigError when it will not do."""
        if self._importing:
            return _("Enter reads it.")
        if self.step == ROUTE_B_ID:
            self._answers.route_b_id = self._services.parse_route_b_id(text)
            return _("32 characters: complete.")
        if self.step == PASSWORD:
            self._answers.password = self._services.parse_password(text)
            return _("12 characters: complete.")
        if self.step == INTERVAL:
            self._answers.interval = _number(self._services.check_setting("poll.interval", text))
            return _("A reading each {n:g} s.").format(n=self._answers.interval)
        self._answers.port = text.strip()
        for finding in self._services.check_port(self._answers.port):
            if finding.level.value == "fail":
                return _("{problem} Enter uses it all the same.").format(problem=finding.title)
        return _("Enter uses this port.")

    # Going on and back.

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option_id == OTHER:
            self._typing_port = True
            self._show_step()
            return
        self._answers.port = event.option_id or ""
        self._go(ROUTE_B_ID)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if self._importing:
            self._import_from(event.value)
        elif (not event.value.strip() and self._keep()) or self._judge(event.value, "warn"):
            self._go(self.step + 1)
        elif not event.value.strip():
            self._say("verdict", _("An answer is needed here."), "warn")

    def on_key(self, event: object) -> None:
        """Enter on the summary saves; elsewhere the focused widget takes it."""
        if self.step == SAVE and getattr(event, "key", "") == "enter":
            self._save()

    def _go(self, step: int) -> None:
        self.step = step
        self._typing_port = step == PORT and self._is_typed(self._answers.port)
        self._show_step()

    def _is_typed(self, port: str) -> bool:
        """Whether a port was given that the list does not have."""
        return bool(port) and port not in [each.path for each in self._services.list_ports()]

    def action_back(self) -> None:
        """One step back; out of typing or importing first."""
        if self._importing:
            self._importing = False
            self._show_step()
        elif self._typing_port:
            self._typing_port = False
            self._show_step()
        elif self.step > PORT:
            self._go(self.step - 1)

    def action_look_again(self) -> None:
        """List the ports anew."""
        if self.step == PORT and not self._typing_port:
            self._show_step()

    def action_reveal(self) -> None:
        """Show or hide what is being typed."""
        if self.step in (ROUTE_B_ID, PASSWORD) and not self._importing:
            self._input.password = not self._input.password
            self.repaint()

    def action_import_conf(self) -> None:
        """Ask for a user_conf.py."""
        if self.step == ROUTE_B_ID and not self._importing:
            self._show_import()

    def _import_from(self, text: str) -> None:
        try:
            credentials = self._services.read_user_conf(expanded(text.strip() or "~/user_conf.py"))
        except SemtuiError as error:
            self._say("verdict", str(error), "warn")
            return
        self._answers.route_b_id = credentials.route_b_id
        self._answers.password = credentials.password
        self._importing = False
        self._go(INTERVAL)

    def action_leave(self) -> None:
        """Leave without saving anything."""
        self.dismiss(False)

    def _save(self) -> None:
        answers = self._answers
        try:
            self._services.save_credentials(
                self._credentials, Credentials(answers.route_b_id, answers.password)
            )
            self._services.save_settings(
                self._config, {"port.url": answers.port, "poll.interval": answers.interval}
            )
        except SemtuiError as error:
            self._say("verdict", str(error), "bad")
            return
        self.dismiss(True)


def _number(value: object) -> float:
    """The checked interval; settings of seconds are floats."""
    assert isinstance(value, int | float)
    return float(value)
