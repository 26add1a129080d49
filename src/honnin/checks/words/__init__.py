"""The words of findings, a document each: what a finding proves, its title, and its reasons in two languages.

They stand apart from the checks that use them, so that whoever only shows a finding loads no check.
"""
