//! Keys of a chat message and of a chatbot message in one template.

use crate::lint::wording::one_of;
use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::message::MessageKind;
use crate::schema::Violation;
use crate::source::Span;

pub(in crate::lint) static RULE: Rule = Rule::violation("mixed-kinds", Severity::Error, include_str!("mixed_kinds.md"));

/// A key that only messages of one kind have, and where it is.
type Key = (&'static str, Span);

/// Reports a template with keys of both kinds of messages.
pub(in crate::lint) fn report(
    context: &Context<'_>,
    violation: &Violation,
    chat: &[Key],
    chatbot: &[Key],
    findings: &mut Findings<'_>,
) {
    let (Some(&(chat_key, chat_span)), Some(&(chatbot_key, chatbot_span))) = (chat.first(), chatbot.first()) else {
        return;
    };
    let label = |key: &str, kind: MessageKind| format!("only a {} has `{key}`", kind.noun());
    let of_chat = (chat_span, label(chat_key, MessageKind::Chat));
    let of_chatbot = (chatbot_span, label(chatbot_key, MessageKind::Chatbot));
    let (own, other) = if violation.span == chat_span { (of_chat, of_chatbot) } else { (of_chatbot, of_chat) };
    let finding = findings
        .at(own.0, format!("`{chat_key}` and `{chatbot_key}` in one template"))
        .label(own.1)
        .also(other.0, other.1)
        .help(format!(
            "{} in a {}; {} in a {}",
            instruction(MessageKind::Chat, chat, chatbot),
            MessageKind::Chat.noun(),
            instruction(MessageKind::Chatbot, chatbot, chat),
            MessageKind::Chatbot.noun(),
        ));
    let fix = rename(MessageKind::Chat, chat, chatbot).or_else(|| rename(MessageKind::Chatbot, chatbot, chat));
    if let Some((field, span)) = fix {
        let written = context.file.slice(span);
        let quote = if written.starts_with(['"', '\'']) { &written[..1] } else { "" };
        let edit = Edit::replace(span, format!("{quote}{field}{quote}"));
        finding.fix(Fix::unsafe_edit(format!("write `{field}`"), edit));
    }
}

/// Says what to write for the keys of the other kind, in a message of this kind that has these keys.
fn instruction(kind: MessageKind, own: &[Key], others: &[Key]) -> String {
    let instructions = others.iter().map(|(other, _)| {
        let meant: Vec<&str> = meant(kind, other).filter(|field| own.iter().all(|(key, _)| key != field)).collect();
        match meant.as_slice() {
            [] => format!("remove `{other}`"),
            meant => format!("write {} for `{other}`", one_of(meant.iter().map(|field| format!("`{field}`")))),
        }
    });
    instructions.collect::<Vec<_>>().join(" and ")
}

/// Returns the fields of a message of this kind that a key of the other kind can stand for.
fn meant(kind: MessageKind, other: &str) -> impl Iterator<Item = &'static str> {
    let is_text = MessageKind::ALL.iter().any(|kind| kind.text_field() == other);
    kind.fields().filter(move |field| (*field == kind.text_field()) == is_text)
}

/// Returns the text's field of this kind, and the key to rename to it: the only key of the other kind is its text, and
/// this kind's buttons say what the message is.
fn rename(kind: MessageKind, own: &[Key], others: &[Key]) -> Option<(&'static str, Span)> {
    let field = kind.text_field();
    match others {
        [(other, span)] if meant(kind, other).eq([field]) && own.iter().all(|(key, _)| *key != field) => {
            Some((field, *span))
        }
        _ => None,
    }
}
