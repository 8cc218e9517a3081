//! From a template and variables to a message.

mod eval;
mod fast_path;
mod iterations;
pub mod library;
mod link;
mod place;
mod scope;
mod values;

use minijinja::Value;

use crate::expr;
use crate::message::{Action, ActionKind, Button, ButtonGrid, ButtonRow, Draft, DraftError, Message};
use crate::source::Span;
use crate::template::{self, Condition, Payload, Repeat, Template, Text};

pub use eval::{EvaluationError, MAX_MESSAGE_BYTES};
pub use scope::ValueError;
pub use values::{Given, Values, ValuesError, text_as_declared};

use eval::{Evaluator, Failed};
use place::Places;

/// Why a template and variables give no message. Places are in the template unless said otherwise.
#[derive(Debug)]
pub enum RenderError {
    /// A part of the template could not be read; its findings say why.
    Broken {
        /// The part.
        span: Span,
    },
    /// The values do not fit the declarations.
    Value(ValueError),
    /// A hole gives nothing.
    Evaluation {
        /// The expression or the hole.
        span: Span,
        /// Why.
        failure: EvaluationError,
    },
    /// What came out may not be sent.
    Message {
        /// The part of the template that made it.
        span: Span,
        /// What is wrong with it, and where in the request.
        error: DraftError,
    },
}

/// Renders a message.
///
/// # Errors
/// Everything that is wrong, as far as it can be known: all values that do not fit, else all holes that fail, else all parts
/// of the message that may not be sent.
pub fn render(template: &Template, values: &Values) -> Result<Message, Vec<RenderError>> {
    let scope = scope::resolve(template, values)
        .map_err(|errors| errors.into_iter().map(RenderError::Value).collect::<Vec<_>>())?;
    let broken: Vec<RenderError> = template.broken.iter().map(|&span| RenderError::Broken { span }).collect();
    if !broken.is_empty() {
        return Err(broken);
    }
    let mut renderer =
        Renderer { template, evaluator: Evaluator::new(), errors: Vec::new(), places: Places::new(template) };
    let draft = renderer.draft(&scope);
    if !renderer.errors.is_empty() {
        return Err(renderer.errors);
    }
    draft.check_with(&template.icons).map_err(|errors| {
        let error = |error: DraftError| {
            let span = renderer.places.find(&error);
            RenderError::Message { span, error }
        };
        errors.into_iter().map(error).collect()
    })
}

struct Renderer<'t> {
    template: &'t Template,
    evaluator: Evaluator,
    errors: Vec<RenderError>,
    places: Places<'t>,
}

impl<'t> Renderer<'t> {
    fn draft(&mut self, scope: &Value) -> Draft {
        let template = self.template;
        let text = template.message.as_ref().map(|message| self.text(message, scope)).unwrap_or_default();
        let sender_buttons = self.grid(template.sender_buttons.as_ref(), "sender_buttons", scope);
        let receiver_buttons = self.grid(template.receiver_buttons.as_ref(), "receiver_buttons", scope);
        Draft { text, sender_buttons, receiver_buttons }
    }

    /// Notes a failure and goes on, so that all failures are reported at once. A bound that is passed stays passed: it is
    /// noted where that happens.
    fn fail(&mut self, span: impl FnOnce(std::ops::Range<usize>) -> Span, failed: Failed) {
        let is_same = |error: &RenderError| matches!(error, RenderError::Evaluation { failure, .. } if *failure == failed.failure);
        if matches!(failed.failure, EvaluationError::OutOfBounds { .. }) && self.errors.iter().any(is_same) {
            return;
        }
        self.errors.push(RenderError::Evaluation { span: span(failed.range), failure: failed.failure });
    }

    fn grid(&mut self, grid: Option<&'t template::Grid>, key: &'static str, scope: &Value) -> Option<ButtonGrid> {
        let grid = grid?;
        if !self.is_shown(grid.when.as_ref(), scope) {
            return None;
        }
        self.places.open(key);
        let mut rows = Vec::new();
        for row in &grid.rows {
            for scope in self.iterations(row.repeat.as_ref(), scope) {
                if self.is_shown(row.when.as_ref(), &scope) {
                    self.places.row(row);
                    let buttons = self.row(row, &scope);
                    if buttons.is_empty() {
                        self.places.drop_row();
                    } else {
                        rows.push(ButtonRow { buttons });
                    }
                }
            }
        }
        (!rows.is_empty()).then_some(ButtonGrid { rows })
    }

    fn row(&mut self, row: &'t template::Row, scope: &Value) -> Vec<Button> {
        let mut buttons = Vec::new();
        for button in &row.buttons {
            for scope in self.iterations(button.repeat.as_ref(), scope) {
                if self.is_shown(button.when.as_ref(), &scope) {
                    self.places.button(button);
                    buttons.extend(self.button(button, &scope));
                }
            }
        }
        buttons
    }

    fn button(&mut self, button: &template::Button, scope: &Value) -> Option<Button> {
        let [action] = button.actions.as_slice() else { return None };
        let action = self.action(action.kind, action.payload.as_ref()?, scope);
        let icon = self.text(button.icon.as_ref()?, scope);
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
        let whole = |failure| Failed { failure, range: 0..text.source.len() };
        let result = match text.program() {
            Some(program) if program.is_whole() => self.evaluator.text(program, scope),
            // The author's own text must not be taken for a value.
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

    fn literal(&mut self, text: &Text) -> Result<String, Failed> {
        let whole = |failure| Failed { failure, range: 0..text.source.len() };
        self.evaluator.account(text.source.len()).map_err(whole)?;
        Ok(text.source.clone())
    }

    fn settle(&mut self, text: &Text, result: Result<String, Failed>) -> String {
        result.unwrap_or_else(|failed| {
            let file = &self.template.file;
            self.fail(|range| text.locate(file, range), failed);
            String::new()
        })
    }

    fn map(&mut self, entries: &[(String, template::Data)], scope: &Value) -> crate::message::Data {
        entries.iter().map(|(key, data)| (key.clone(), self.data(data, scope))).collect()
    }

    fn data(&mut self, data: &template::Data, scope: &Value) -> serde_json::Value {
        match data {
            template::Data::Plain(value) => value.clone(),
            template::Data::List(items) => items.iter().map(|item| self.data(item, scope)).collect(),
            template::Data::Map(entries) => self.map(entries, scope).into(),
            template::Data::Text(text) => match text.program() {
                Some(program) if program.is_whole() => self.typed(text, program, scope),
                _ => self.text(text, scope).into(),
            },
        }
    }

    /// A text of `data` that is exactly one hole keeps the value's own type.
    fn typed(&mut self, text: &Text, program: &expr::Program, scope: &Value) -> serde_json::Value {
        let whole = |failure| Failed { failure, range: 0..text.source.len() };
        let result = self.evaluator.value(program, scope).and_then(|value| {
            let mut budget = MAX_MESSAGE_BYTES;
            let json = eval::to_json(&value, &mut budget).map_err(whole)?;
            self.evaluator.account(MAX_MESSAGE_BYTES - budget).map_err(whole)?;
            Ok(json)
        });
        result.unwrap_or_else(|failed| {
            let file = &self.template.file;
            self.fail(|range| text.locate(file, range), failed);
            serde_json::Value::Null
        })
    }

    /// Whether a part is kept. A condition that fails keeps nothing, and is noted.
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
            Err(_) => self.errors.push(RenderError::Broken { span: condition.span() }),
        }
        None
    }

    /// The names of each round of a `for`; one round with the names as they are where there is none.
    fn iterations(&mut self, repeat: Option<&Repeat>, scope: &Value) -> Vec<Value> {
        let Some(repeat) = repeat else { return vec![scope.clone()] };
        let Some(items) = self.condition(&repeat.items, scope) else { return Vec::new() };
        match iterations::iterations(&repeat.name, &items, scope) {
            Ok(iterations) => iterations,
            Err(failure) => {
                let range = 0..repeat.items.program.as_ref().map_or(0, |program| program.source().len());
                let file = &self.template.file;
                self.fail(|range| repeat.items.locate(file, range), Failed { failure, range });
                Vec::new()
            }
        }
    }
}
