"""The `honnin` command (design §9). Commands are loaded when they are called, so that --help is quick."""

from __future__ import annotations

import importlib
from typing import Any, ClassVar

import click

from honnin import __version__
from honnin.cli.groups import FirstGroup


class _LazyGroup(FirstGroup):
    """Command names and one-line helps are known here; the module with the command is imported on use."""

    # name: (module, help in English, in Japanese). Each module has a click command named `command`.
    lazy: ClassVar[dict[str, tuple[str, str, str]]] = {
        "serve": ("honnin.cli.serve", "Counter pages and API at http://127.0.0.1:8350.",
            "窓口の画面と API を http://127.0.0.1:8350 に開きます。"),
        "readers": ("honnin.cli.readers", "Readers and what lies on them.",
            "読み取り機と、置かれたカードを表示します。"),
        "read": ("honnin.cli.read", "Read a document on a reader.",
            "書類を読み取ります。"),
        "verify": ("honnin.cli.verify", "Verify a reading or a folder of raw files.",
            "読み取り結果や証拠一式を検証します。"),
        "law": ("honnin.cli.law", "What the law says of a case: satisfied methods, what is missing.",
            "事案が法令のどの方法を満たすか、何が足りないか。"),
        "cards": ("honnin.cli.cards", "Virtual cards and the test PKI that issues them.",
            "模擬カードと、それを発行する試験用の認証局。"),
        "trust": ("honnin.cli.trust", "Trust anchors and revocation lists.",
            "信頼の基点と失効リスト。"),
        "records": ("honnin.cli.records", "Sealed records: find, show, amend, hold, delete, audit.",
            "封をした記録：検索、表示、追記、保全、削除、監査。"),
        "numbers": ("honnin.cli.numbers", "Individual numbers (番号法): list, grant, show, deliver, delete.",
            "個人番号（番号法）：一覧、許可、表示、提供、削除。"),
        "jobs": ("honnin.cli.jobs", "What the house does by itself: retention, re-checks, time-stamps.",
            "自動の仕事：保存期間、再検証、時刻の証明。"),
        "backup": ("honnin.cli.backup", "Everything that is kept, as one file.",
            "保存したものすべてを1つのファイルにします。"),
        "restore": ("honnin.cli.restore", "A backup into an empty data folder or database.",
            "空のフォルダーかデータベースに、バックアップから戻します。"),
        "keys": ("honnin.cli.house_keys", "Keys of the sealed records: status, rotation, recovery sheet.",
            "記録の鍵：一覧、交換、復旧シート。"),
        "sim": ("honnin.cli.sim", "Simulators of services: a time-stamping authority.",
            "サービスの模擬：時刻認証局。"),
        "bench": ("honnin.cli.bench", "The benchmarks.",
            "性能を測ります。"),
    }  # fmt: skip

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        from honnin.cli.report import leave_no_core, soften_streams  # noqa: PLC0415

        soften_streams()
        leave_no_core()
        return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in self.lazy:
            return None
        command = importlib.import_module(self.lazy[cmd_name][0]).command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, f"{english} {japanese}") for name, (_, english, japanese) in self.lazy.items()])


@click.group(cls=_LazyGroup)
@click.version_option(__version__, prog_name="honnin")
def main() -> None:
    """Identify customers by the IC chip of their identity document.

    Exit codes: 0 done, 1 failed check or refused, 2 usage, 3 law not satisfied, 4 card or reader trouble, 5 trust
    material missing.

    お客様の本人確認を、書類のICチップで行います。終了コード：0 完了、1 検証で問題があった・断った、
    2 書き方の誤り、3 法令を満たさない、4 カードか読み取り機の問題、5 信頼の基点がない。
    """
