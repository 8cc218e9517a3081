//! Bidirectional control characters, which can make text look different from what it is.

use crate::lint::scalars::{Leaf, leaves};
use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::{MEDIA_TOKEN, MessageKind};
use crate::source::characters::named;
use crate::source::{SourceFile, Span, is_directional_control};
use crate::syntax::{Node, ScalarStyle};

pub(in crate::lint) static RULE: Rule =
    Rule::context("bidi-control", Severity::Error, include_str!("bidi_control.md"), check);

/// The most characters of a run that are named.
const MAX_NAMES: usize = 3;

/// The byte with which each of the characters begins in UTF-8.
const LEAD_BYTE: u8 = 0xe2;

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let text = context.file.slice(context.file.own());
    let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == LEAD_BYTE).map(|(at, _)| at);
    let written = starts.filter_map(|at| {
        let character = text.get(at..)?.chars().next().filter(|character| is_directional_control(*character))?;
        Some((character, Span::new(at, at + character.len_utf8())))
    });
    for run in runs(written) {
        report(&run, findings);
    }
    let Some(root) = context.document.map(|document| &document.root) else { return };
    for node in sent(root) {
        leaves(node, &mut |leaf| escaped(&leaf, context.file, findings));
    }
}

/// Returns the parts of a template that are sent: those of the request, and the defaults of variables.
fn sent<'n, 's>(root: &'n Node<'s>) -> Vec<&'n Node<'s>> {
    let field = |name: &str| Some(&root.as_mapping()?.get(name)?.value);
    let request = MessageKind::ALL.into_iter().flat_map(MessageKind::fields).chain([MEDIA_TOKEN]).filter_map(field);
    let variables = field("variables").and_then(Node::as_mapping).into_iter().flat_map(|variables| &variables.entries);
    let defaults = variables.filter_map(|variable| Some(&variable.value.as_mapping()?.get("default")?.value));
    request.chain(defaults).collect()
}

/// Reports characters that are written as escapes: `"\u202E"`.
fn escaped(leaf: &Leaf<'_, '_>, file: &SourceFile, findings: &mut Findings<'_>) {
    let Some((text, origin)) = leaf.text(file) else { return };
    if origin.style != ScalarStyle::DoubleQuoted || !text.contains(is_directional_control) {
        return;
    }
    let (characters, ranges): (Vec<_>, Vec<_>) = text
        .char_indices()
        .filter(|(_, character)| is_directional_control(*character))
        .map(|(at, character)| (character, at..at + character.len_utf8()))
        .unzip();
    let spans = origin.locator(file.text()).locate_all(&ranges);
    let escapes = characters.into_iter().zip(spans).filter(|(_, span)| file.slice(*span).starts_with('\\'));
    for run in runs(escapes) {
        report(&run, findings);
    }
}

/// Adjacent characters.
struct Run {
    characters: Vec<char>,
    span: Span,
}

fn runs(characters: impl Iterator<Item = (char, Span)>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (character, span) in characters {
        match runs.last_mut() {
            Some(run) if run.span.end == span.start => {
                run.characters.push(character);
                run.span.end = span.end;
            }
            _ => runs.push(Run { characters: vec![character], span }),
        }
    }
    runs
}

fn report(run: &Run, findings: &mut Findings<'_>) {
    let mut names: Vec<String> = run.characters.iter().take(MAX_NAMES).map(|character| named(*character)).collect();
    if run.characters.len() > MAX_NAMES {
        names.push(format!("{} more", run.characters.len() - MAX_NAMES));
    }
    let last = names.pop().unwrap_or_default();
    let names = if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) };
    let (headline, pronoun) = match run.characters.len() {
        1 => ("bidirectional control character", "it"),
        _ => ("bidirectional control characters", "them"),
    };
    findings
        .at(run.span, headline)
        .label(names)
        .help(format!("remove {pronoun}; to hint at a direction, write U+200F (RLM) or U+200E (LRM)"));
}

#[cfg(test)]
mod tests {
    use super::LEAD_BYTE;
    use crate::source::is_directional_control;

    #[test]
    fn every_directional_control_begins_with_the_lead_byte() {
        let mut controls = (char::MIN..=char::MAX).filter(|character| is_directional_control(*character));
        assert!(controls.all(|character| character.to_string().as_bytes()[0] == LEAD_BYTE));
    }
}
