//! From a template and values to a message.
//!
//! Rendering follows the values rather than the template: a repeated part is rendered once for each item, and a part
//! whose condition is false is not evaluated. So it does not use the walk of `template::visit`.

mod contract;
mod environment;
mod eval;
mod fast_path;
mod guard;
mod link;
mod loops;
mod project_values;
mod provenance;
mod resolve;
mod values;

use std::ops::Range;

use minijinja::Value;

use crate::expr::Program;
use crate::message::{
    Action, ActionKind, Button, ButtonGrid, ButtonRow, Buttons, Content, Draft, DraftError, Message, MessageKind, Side,
};
use crate::source::Span;
use crate::template::{self, Condition, Payload, Repeat, Template, Text};

pub use eval::{EvaluationError, MAX_MESSAGE_BYTES, RenderLimit, ValueType};
pub use project_values::{Profile, ProjectValues};
pub use resolve::ValueError;
pub(crate) use values::is_scientific;
pub use values::{Given, Values, ValuesError, text_as_declared};

use eval::{Evaluator, LocatedError};
use provenance::Provenance;

/// Why a template cannot be rendered with given values.
#[derive(Debug)]
pub enum RenderError {
    /// A part of the template could not be read; the diagnostics of the template say why.
    Broken {
        /// The part.
        location: Span,
    },
    /// The values do not match the declarations.
    Value(ValueError),
    /// A program fails.
    Evaluation {
        /// The expression or statement.
        location: Span,
        /// Why.
        failure: EvaluationError,
    },
    /// The API would refuse the message.
    Message {
        /// The part of the template that made the invalid part of the message.
        location: Span,
        /// What is wrong with it, and where in the request.
        error: DraftError,
    },
}

/// Renders a message.
///
/// # Errors
/// All errors of the first step that fails: the values that do not match the declarations, then the programs that
/// fail, then the parts of the message that the API would refuse.
pub fn render(template: &Template, values: &Values) -> Result<Message, Vec<RenderError>> {
    let scope = resolve::resolve(template, values)
        .map_err(|errors| errors.into_iter().map(RenderError::Value).collect::<Vec<_>>())?;
    let broken: Vec<RenderError> = template.broken.iter().map(|&location| RenderError::Broken { location }).collect();
    if !broken.is_empty() {
        return Err(broken);
    }
    let mut renderer = TemplateRenderer {
        template,
        evaluator: Evaluator::new(),
        errors: Vec::new(),
        provenance: Provenance::new(template),
    };
    let draft = renderer.draft(&scope);
    if !renderer.errors.is_empty() {
        return Err(renderer.errors);
    }
    draft.check_with(&template.icons).map_err(|errors| {
        let error = |error: DraftError| {
            let location = renderer.provenance.find(&error);
            RenderError::Message { location, error }
        };
        errors.into_iter().map(error).collect()
    })
}

struct TemplateRenderer<'t> {
    template: &'t Template,
    evaluator: Evaluator,
    errors: Vec<RenderError>,
    provenance: Provenance<'t>,
}

impl<'t> TemplateRenderer<'t> {
    fn draft(&mut self, scope: &Value) -> Draft {
        let template = self.template;
        let text = template.text.as_ref().map(|text| self.text(text, scope)).unwrap_or_default();
        let media = template.media_token.as_ref().map(|token| self.text(token, scope));
        let mut grid = |side| self.grid(template.grid(side)?, scope);
        Draft {
            content: media.map_or(Content::Text(text), Content::Media),
            buttons: match template.kind {
                MessageKind::Chat => Buttons::Chat { sender: grid(Side::Sender), receiver: grid(Side::Receiver) },
                MessageKind::Chatbot => Buttons::Chatbot(grid(Side::User)),
            },
        }
    }

    /// Notes an error and goes on, so that all errors are reported at once. A limit that is exceeded stays so, and is
    /// noted once.
    fn fail(&mut self, locate: impl FnOnce(Range<usize>) -> Span, failed: LocatedError) {
        let is_same = |error: &RenderError| match error {
            RenderError::Evaluation { failure, .. } => *failure == failed.failure,
            _ => false,
        };
        if matches!(failed.failure, EvaluationError::OutOfBounds { .. }) && self.errors.iter().any(is_same) {
            return;
        }
        self.errors.push(RenderError::Evaluation { location: locate(failed.range), failure: failed.failure });
    }

    fn grid(&mut self, grid: &'t template::GridTemplate, scope: &Value) -> Option<ButtonGrid> {
        if !self.is_shown(grid.when.as_ref(), scope) {
            return None;
        }
        self.provenance.open(grid.side.field());
        let mut rows = Vec::new();
        for row in &grid.rows {
            for scope in self.iterations(row.repeat.as_ref(), scope) {
                if self.is_shown(row.when.as_ref(), &scope) {
                    self.provenance.row(row);
                    let buttons = self.row(row, &scope);
                    if buttons.is_empty() {
                        self.provenance.drop_row();
                    } else {
                        rows.push(ButtonRow { buttons });
                    }
                }
            }
        }
        (!rows.is_empty()).then_some(ButtonGrid { rows })
    }

    fn row(&mut self, row: &'t template::RowTemplate, scope: &Value) -> Vec<Button> {
        let mut buttons = Vec::new();
        for button in &row.buttons {
            for scope in self.iterations(button.repeat.as_ref(), scope) {
                if self.is_shown(button.when.as_ref(), &scope) {
                    self.provenance.button(button);
                    buttons.extend(self.button(button, &scope));
                }
            }
        }
        buttons
    }

    fn button(&mut self, button: &template::ButtonTemplate, scope: &Value) -> Option<Button> {
        let [action] = button.actions.as_slice() else { return None };
        let action = self.action(action.kind, action.payload.as_ref()?, scope);
        let icon = button.icon.as_ref().map(|icon| self.text(icon, scope));
        let caption = self.text(button.caption.as_ref()?, scope);
        Some(Button { action, icon, caption })
    }

    fn action(&mut self, kind: ActionKind, payload: &Payload, scope: &Value) -> Action {
        let mut link = String::new();
        let mut data = crate::message::Data::new();
        let mut post_token = String::new();
        match payload {
            Payload::Link(text) => link = self.link(text, scope),
            Payload::PostToken(text) => post_token = self.text(text, scope),
            Payload::Data(entries) => data = self.map(entries, scope),
        }
        match kind {
            ActionKind::OpenDirectLink => Action::OpenDirectLink(link),
            ActionKind::OpenServerLink => Action::OpenServerLink { data },
            ActionKind::GetDynamicAction => Action::GetDynamicAction { data },
            ActionKind::OpenPostPage => Action::OpenPostPage { post_token },
            ActionKind::OpenPostManagePage => Action::OpenPostManagePage { post_token },
        }
    }

    fn text(&mut self, text: &Text, scope: &Value) -> String {
        let result = match text.program() {
            Some(program) => self.evaluator.text(program, scope),
            None => self.literal(text),
        };
        self.settle(text, result)
    }

    fn link(&mut self, text: &Text, scope: &Value) -> String {
        let whole = |failure| LocatedError { failure, range: 0..text.source.len() };
        let result = match text.program() {
            Some(program) if program.is_whole() => self.evaluator.text(program, scope),
            // Literal text must not be taken for a value.
            Some(_) if text.source.contains(eval::VALUE_MARK) => Err(whole(EvaluationError::Link {
                value: eval::VALUE_MARK.to_string(),
                part: "text",
                allowed: "characters of a URL",
            })),
            Some(program) => self.evaluator.marked(program, scope).and_then(|marked| {
                let link = link::assemble(&marked).map_err(whole)?;
                self.evaluator.account(link.len()).map_err(whole)?;
                Ok(link)
            }),
            None => self.literal(text),
        };
        self.settle(text, result)
    }

    fn literal(&mut self, text: &Text) -> Result<String, LocatedError> {
        let whole = |failure| LocatedError { failure, range: 0..text.source.len() };
        self.evaluator.account(text.source.len()).map_err(whole)?;
        Ok(text.source.clone())
    }

    fn settle(&mut self, text: &Text, result: Result<String, LocatedError>) -> String {
        result.unwrap_or_else(|failed| {
            let file = &self.template.file;
            self.fail(|range| text.locate(file, range), failed);
            String::new()
        })
    }

    fn map(&mut self, entries: &[(String, template::DataTemplate)], scope: &Value) -> crate::message::Data {
        entries.iter().map(|(key, data)| (key.clone(), self.data(data, scope))).collect()
    }

    fn data(&mut self, data: &template::DataTemplate, scope: &Value) -> serde_json::Value {
        match data {
            template::DataTemplate::Plain(value) => value.clone(),
            template::DataTemplate::List(items) => items.iter().map(|item| self.data(item, scope)).collect(),
            template::DataTemplate::Map(entries) => self.map(entries, scope).into(),
            template::DataTemplate::Text(text) => match text.program() {
                Some(program) if program.is_whole() => self.typed(text, program, scope),
                _ => self.text(text, scope).into(),
            },
        }
    }

    /// Renders a text of `data` that is exactly one expression, which keeps the type of its value.
    fn typed(&mut self, text: &Text, program: &Program, scope: &Value) -> serde_json::Value {
        let whole = |failure| LocatedError { failure, range: 0..text.source.len() };
        let result = self.evaluator.guarded(program, |evaluator| {
            let value = evaluator.value(program, scope)?;
            let mut budget = MAX_MESSAGE_BYTES;
            let json = eval::to_json(&value, &mut budget).map_err(whole)?;
            evaluator.account(MAX_MESSAGE_BYTES - budget).map_err(whole)?;
            Ok(json)
        });
        result.unwrap_or_else(|failed| {
            let file = &self.template.file;
            self.fail(|range| text.locate(file, range), failed);
            serde_json::Value::Null
        })
    }

    /// Returns whether a part is kept. A part whose condition fails is not kept, and the error is noted.
    fn is_shown(&mut self, when: Option<&Condition>, scope: &Value) -> bool {
        when.is_none_or(|when| self.condition(when, scope).is_some_and(|value| value.is_true()))
    }

    fn condition(&mut self, condition: &Condition, scope: &Value) -> Option<Value> {
        let file = &self.template.file;
        match &condition.program {
            Ok(program) => match self.evaluator.value(program, scope) {
                Ok(value) => return Some(value),
                Err(failed) => self.fail(|range| condition.locate(file, range), failed),
            },
            Err(_) => self.errors.push(RenderError::Broken { location: condition.span() }),
        }
        None
    }

    /// Returns the scope of each iteration of a `for`; the scope as it is without one.
    fn iterations(&mut self, repeat: Option<&Repeat>, scope: &Value) -> Vec<Value> {
        let Some(repeat) = repeat else { return vec![scope.clone()] };
        let Some(items) = self.condition(&repeat.items, scope) else { return Vec::new() };
        let Ok(program) = &repeat.items.program else { return Vec::new() };
        let range = 0..program.source().len();
        let iterations = self.evaluator.guarded(program, |_| {
            loops::iterations(&repeat.name, &items, scope).map_err(|failure| LocatedError { failure, range })
        });
        iterations.unwrap_or_else(|failed| {
            let file = &self.template.file;
            self.fail(|range| repeat.items.locate(file, range), failed);
            Vec::new()
        })
    }
}
