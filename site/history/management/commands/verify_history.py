"""Prove the history, or name every row that was edited, removed or inserted by another way."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from history.verification import Problem, Verification


class Command(BaseCommand):
    help = "Check records, history and seals. Ends with 1 if anything was changed by another way."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", help="a seal kept outside, that must be found")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def handle(self, *args: Any, **options: Any) -> None:
        run = Verification(head=options["head"].strip().lower())
        tell = self._tell_json if options["json"] else self._tell
        count = 0
        for problem in run.problems():
            count += 1
            tell(problem)
        if options["json"]:
            self._sum_json(run, count)
        else:
            self._sum(run, count)
        if count:
            raise SystemExit(1)

    def _tell(self, problem: Problem) -> None:
        self.stdout.write(str(problem))

    def _tell_json(self, problem: Problem) -> None:
        found = {
            "collection": problem.collection,
            "reference": problem.reference,
            "pk": problem.pk,
            "version": problem.version,
            "problem": problem.text,
        }
        self.stdout.write(json.dumps(found, ensure_ascii=False))

    def _sum(self, run: Verification, count: int) -> None:
        for receipt in run.receipts:
            self.stdout.write(
                f"{receipt.collection} {receipt.object_pk}: personenbezogene Angaben in "
                f"{receipt.rows} Verlaufszeilen gelöscht, Löschregel: {receipt.rule}"
            )
        self.stdout.write(
            f"{run.records} Datensätze, {run.rows} Verlaufszeilen (davon {run.erased} gelöscht), "
            f"{run.seals} Siegel. Neuestes Siegel: {run.newest or 'keines'}"
        )
        self.stdout.write(f"{count} Auffälligkeiten." if count else "Alles stimmt.")

    def _sum_json(self, run: Verification, count: int) -> None:
        total = {
            "ok": not count,
            "problems": count,
            "records": run.records,
            "rows": run.rows,
            "erased": run.erased,
            "receipts": len(run.receipts),
            "seals": run.seals,
            "head": run.newest,
        }
        self.stdout.write(json.dumps(total, ensure_ascii=False))
