"""Turns sections into one text with headings as `## …` lines, and back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A run of text under one heading; the text before the first heading has an empty one. A line is a paragraph."""

    heading: str
    text: str


def sections_to_text(sections: tuple[Section, ...]) -> str:
    """Sections as one text: a heading becomes a `## …` line, blocks are set apart by an empty line."""
    blocks = []
    for section in sections:
        if section.heading:
            blocks.append(f"## {section.heading}")
        if section.text:
            blocks.append(section.text)
    return "\n\n".join(blocks)


def text_to_sections(text: str) -> tuple[Section, ...]:
    """The reverse: section 0 is the text before the first `## …` line, without heading (it may be empty)."""
    heading, lines, sections = "", list[str](), list[Section]()
    for line in text.split("\n"):
        if line.startswith("## ") and line[3:].strip():
            sections.append(Section(heading, "\n".join(lines).strip()))
            heading, lines = line[3:].strip(), []
        else:
            lines.append(line)
    sections.append(Section(heading, "\n".join(lines).strip()))
    return tuple(sections)
