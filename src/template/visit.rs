//! The one walk over a template.
//!
//! It goes through the texts and expressions in the order in which a request is written. Rendering is not a walk over
//! the template: it follows the values, and visits a repeated part once for each item.

use super::text::{Condition, Repeat, Text};
use super::{ButtonTemplate, DataTemplate, GridTemplate, Payload, RowTemplate, Template};

/// A part of the template that can have a `when` or a `for`.
#[derive(Clone, Copy, Debug)]
pub enum Part<'t> {
    /// The buttons of one side.
    Grid(&'t GridTemplate),
    /// A row, with its index in the grid.
    Row(usize, &'t RowTemplate),
    /// A button, with its index in the row.
    Button(usize, &'t ButtonTemplate),
}

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRole {
    /// What the message says: `message` or `text_message`.
    Message,
    /// The token of media, which stands in place of a text.
    MediaToken,
    /// The URL of a button.
    Link,
    /// The token of a post.
    PostToken,
    /// A value inside of `data`, which keeps its type if the text is exactly one expression.
    Data,
    /// The icon of a button.
    Icon,
    /// The caption of a button.
    Caption,
}

/// Where a walk is: the parts around, from the grid to the button, with the names that they bind.
#[derive(Clone, Debug, Default)]
pub struct Scope<'t> {
    parts: Vec<Part<'t>>,
}

/// A visitor of the parts, texts and expressions of a template.
pub trait TemplateVisitor<'t> {
    /// Called when a part begins; its own name is not bound yet.
    fn enter(&mut self, _part: Part<'t>, _scope: &Scope<'t>) {}

    /// Visits the `for` of a part, whose name is not bound yet.
    fn repeat(&mut self, _repeat: &'t Repeat, _scope: &Scope<'t>) {}

    /// Visits the `when` of a part, whose name is bound.
    fn condition(&mut self, _when: &'t Condition, _scope: &Scope<'t>) {}

    /// Visits a text.
    fn text(&mut self, _text: &'t Text, _role: TextRole, _scope: &Scope<'t>) {}

    /// Called when a part ends; its own name is no longer bound.
    fn leave(&mut self, _part: Part<'t>, _scope: &Scope<'t>) {}
}

impl<'t> Part<'t> {
    /// Returns its `for`.
    #[must_use]
    pub fn repeat(self) -> Option<&'t Repeat> {
        match self {
            Self::Grid(..) => None,
            Self::Row(_, row) => row.repeat.as_ref(),
            Self::Button(_, button) => button.repeat.as_ref(),
        }
    }

    /// Returns its `when`.
    #[must_use]
    pub fn when(self) -> Option<&'t Condition> {
        match self {
            Self::Grid(grid) => grid.when.as_ref(),
            Self::Row(_, row) => row.when.as_ref(),
            Self::Button(_, button) => button.when.as_ref(),
        }
    }
}

impl<'t> Scope<'t> {
    /// Returns the parts around, from the outside in.
    #[must_use]
    pub fn parts(&self) -> &[Part<'t>] {
        &self.parts
    }

    /// Returns the `for` that bind names here, from the outside in.
    pub fn repeats(&self) -> impl DoubleEndedIterator<Item = &'t Repeat> {
        self.parts.iter().filter_map(|part| part.repeat())
    }

    /// Returns the names that are bound here: those of `for`, and `loop` with each.
    #[must_use]
    pub fn names(&self) -> Vec<&'t str> {
        let mut names = Vec::new();
        self.repeats().for_each(|repeat| names.extend([repeat.name.as_str(), "loop"]));
        names
    }

    /// Returns the scope in which a `for` of this one is evaluated.
    pub(crate) fn outside(&self, repeat: &'t Repeat) -> Self {
        let is_here = |part: &Part<'_>| part.repeat().is_some_and(|other| other.items.id == repeat.items.id);
        let end = self.parts.iter().position(is_here).unwrap_or(self.parts.len());
        Self { parts: self.parts[..end].to_vec() }
    }
}

/// Visits all of a template.
pub fn walk<'t>(template: &'t Template, visitor: &mut impl TemplateVisitor<'t>) {
    let mut walk = TemplateWalk { visitor, scope: Scope::default() };
    template.text.iter().for_each(|text| walk.text(text, TextRole::Message));
    template.media_token.iter().for_each(|token| walk.text(token, TextRole::MediaToken));
    template.grids.iter().for_each(|grid| walk.grid(grid));
}

struct TemplateWalk<'v, 't, V> {
    visitor: &'v mut V,
    scope: Scope<'t>,
}

impl<'t, V: TemplateVisitor<'t>> TemplateWalk<'_, 't, V> {
    fn grid(&mut self, grid: &'t GridTemplate) {
        self.part(Part::Grid(grid), |walk| {
            grid.rows.iter().enumerate().for_each(|(index, row)| walk.row(index, row));
        });
    }

    fn row(&mut self, index: usize, row: &'t RowTemplate) {
        self.part(Part::Row(index, row), |walk| {
            row.buttons.iter().enumerate().for_each(|(index, button)| walk.button(index, button));
        });
    }

    fn button(&mut self, index: usize, button: &'t ButtonTemplate) {
        self.part(Part::Button(index, button), |walk| {
            let payloads = button.actions.iter().filter_map(|action| action.payload.as_ref());
            payloads.for_each(|payload| walk.payload(payload));
            button.icon.iter().for_each(|icon| walk.text(icon, TextRole::Icon));
            button.caption.iter().for_each(|caption| walk.text(caption, TextRole::Caption));
        });
    }

    fn part(&mut self, part: Part<'t>, inside: impl FnOnce(&mut Self)) {
        self.visitor.enter(part, &self.scope);
        if let Some(repeat) = part.repeat() {
            self.visitor.repeat(repeat, &self.scope);
        }
        self.scope.parts.push(part);
        if let Some(when) = part.when() {
            self.visitor.condition(when, &self.scope);
        }
        inside(self);
        self.scope.parts.pop();
        self.visitor.leave(part, &self.scope);
    }

    fn payload(&mut self, payload: &'t Payload) {
        match payload {
            Payload::Link(text) => self.text(text, TextRole::Link),
            Payload::PostToken(text) => self.text(text, TextRole::PostToken),
            Payload::Data(entries) => entries.iter().for_each(|(_, data)| self.data(data)),
        }
    }

    fn data(&mut self, data: &'t DataTemplate) {
        match data {
            DataTemplate::Plain(_) => {}
            DataTemplate::Text(text) => self.text(text, TextRole::Data),
            DataTemplate::List(items) => items.iter().for_each(|item| self.data(item)),
            DataTemplate::Map(entries) => entries.iter().for_each(|(_, item)| self.data(item)),
        }
    }

    fn text(&mut self, text: &'t Text, role: TextRole) {
        self.visitor.text(text, role, &self.scope);
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Scope, TemplateVisitor, TextRole, walk};
    use crate::source::SourceFile;
    use crate::template::{Condition, Repeat, Template, Text};

    /// Writes a line for each call.
    #[derive(Default)]
    struct Log(Vec<String>);

    impl Log {
        fn write(&mut self, what: &str, scope: &Scope<'_>) {
            let name = |part: &Part<'_>| match part {
                Part::Grid(grid) => grid.side.field().to_owned(),
                Part::Row(index, _) => format!("row {index}"),
                Part::Button(index, _) => format!("button {index}"),
            };
            let path: Vec<String> = scope.parts().iter().map(name).collect();
            self.0.push(format!("{what} in [{}] with [{}]", path.join(", "), scope.names().join(" ")));
        }
    }

    impl<'t> TemplateVisitor<'t> for Log {
        fn repeat(&mut self, repeat: &'t Repeat, scope: &Scope<'t>) {
            self.write(&format!("for {}", repeat.name), scope);
        }

        fn condition(&mut self, when: &'t Condition, scope: &Scope<'t>) {
            let program = when.program.as_ref().expect("an expression");
            self.write(&format!("when {}", program.source()), scope);
        }

        fn text(&mut self, text: &'t Text, role: TextRole, scope: &Scope<'t>) {
            self.write(&format!("{role:?} {}", text.source), scope);
        }
    }

    #[test]
    fn a_chatbot_has_one_grid_and_media_in_place_of_the_text() {
        let source = "
buttons: [[{ icon: i, caption: c, open_direct_link: l }]]
media_token: t
";
        let template = Template::parse(&SourceFile::new("t.yaml", source)).expect("a document");
        let mut log = Log::default();
        walk(&template, &mut log);
        let place = "in [buttons, row 0, button 0] with []";
        let expected = ["MediaToken t in [] with []".to_owned()]
            .into_iter()
            .chain(["Link l", "Icon i", "Caption c"].map(|text| format!("{text} {place}")));
        assert_eq!(log.0, expected.collect::<Vec<_>>());
    }

    #[test]
    fn texts_and_expressions_are_visited_in_the_order_of_the_request_with_the_names_in_scope() {
        let source = "
message: m
receiver_buttons: { when: r, rows: [[{ icon: i, caption: c, open_post_page: { post_token: p } }]] }
sender_buttons:
  - for: a in b
    when: w
    buttons:
      - { for: x in a, when: y, icon: i, caption: c, open_server_link: { data: { k: [d, 1], l: { m: e } } } }
";
        let template = Template::parse(&SourceFile::new("t.yaml", source)).expect("a document");
        let mut log = Log::default();
        walk(&template, &mut log);
        assert_eq!(
            log.0,
            [
                "Message m in [] with []",
                "for a in [sender_buttons] with []",
                "when w in [sender_buttons, row 0] with [a loop]",
                "for x in [sender_buttons, row 0] with [a loop]",
                "when y in [sender_buttons, row 0, button 0] with [a loop x loop]",
                "Data d in [sender_buttons, row 0, button 0] with [a loop x loop]",
                "Data e in [sender_buttons, row 0, button 0] with [a loop x loop]",
                "Icon i in [sender_buttons, row 0, button 0] with [a loop x loop]",
                "Caption c in [sender_buttons, row 0, button 0] with [a loop x loop]",
                "when r in [receiver_buttons] with []",
                "PostToken p in [receiver_buttons, row 0, button 0] with []",
                "Icon i in [receiver_buttons, row 0, button 0] with []",
                "Caption c in [receiver_buttons, row 0, button 0] with []",
            ]
        );
    }
}
