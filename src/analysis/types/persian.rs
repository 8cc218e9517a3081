//! What is certain of the filters for Persian: arguments that they cannot use, and texts that are not declared as
//! numbers or dates.

use crate::expr::ast::{ArgumentKind, Expr, ExprKind};
use crate::expr::library::{self, Passed, Takes};
use crate::expr::persian::{Options, PersianError, PersianFilter};
use crate::persian::DateError;

use super::contract::{Applied, is_refused};
use super::error::TypeErrorKind;
use super::infer::Inference;
use super::kinds::Kinds;
use super::ty::Type;

impl<'t> Inference<'t> {
    /// Reports constant arguments that a filter for Persian cannot use, and a constant or declared value that it
    /// cannot use with them.
    pub(super) fn check_persian(&mut self, call: Applied<'_, '_, 't>, filter: PersianFilter) {
        let count = self.errors.len();
        let (mut options, mut is_complete) = (Options::default(), true);
        let mut positions = 0..;
        for typed in call.arguments {
            let value = &typed.argument.value;
            let (passed, at) = match &typed.argument.kind {
                ArgumentKind::Positional => (Passed::Position(positions.next().unwrap_or_default()), &value.range),
                ArgumentKind::Keyword(name) => (Passed::Keyword(name.text), &name.range),
                // What it holds is not known.
                ArgumentKind::Splat => return,
            };
            let takes = match passed {
                Passed::Position(index) => Some(call.function.positional(index)),
                Passed::Keyword(name) => call.function.keyword(name),
            };
            match (call.function.parameter(passed), value.constant()) {
                (Err(error), _) => self.report_at(at.clone(), value, TypeErrorKind::Persian(error)),
                // The contract refuses it.
                (Ok(_), _) if takes.is_some_and(|takes| is_refused(&typed.known, takes)) => return,
                (Ok(parameter), Some(constant)) => {
                    if let Err(error) = options.set(parameter, constant.value()) {
                        self.report_in(value, error);
                    }
                }
                (Ok(_), None) => is_complete = false,
            }
        }
        if self.errors.len() > count {
            return;
        }
        match call.input.constant() {
            Some(constant) if is_complete => {
                if let Err(error) = options.apply(filter, constant.value()) {
                    self.report_in(call.input, error);
                }
            }
            Some(_) => {}
            None => self.check_declared(call, options.time_field().is_some()),
        }
    }

    /// Reports an error in an argument or in the value before a filter.
    fn report_in(&mut self, value: &Expr<'t>, error: PersianError) {
        let inside = value.unescaped(self.source()).zip(error.range());
        let range = inside.map_or(value.range.clone(), |(all, part)| all.start + part.start..all.start + part.end);
        self.report_at(range, value, TypeErrorKind::Persian(error));
    }

    /// Reports a text, declared or written by another of the filters, of which nothing proves that it is a number or a
    /// date, and a date of which a time is shown.
    fn check_declared(&mut self, call: Applied<'_, '_, 't>, shows_time: bool) {
        let takes = call.function.input;
        if is_unproven(call.known, takes) && is_written_out(call.input) {
            let value = self.operand(call.input, call.known);
            self.report(call.input, call.input, TypeErrorKind::WrittenOut { takes, value });
        } else if is_unproven(call.known, takes) && self.scope.declaration(call.input).is_some() {
            let value = self.operand(call.input, call.known);
            self.report(call.input, call.input, TypeErrorKind::Unproven { takes, value });
        } else if shows_time && call.known.kinds.without_absent().is_within(Kinds::DATE) {
            let found = self.operand(call.input, call.known).text;
            let error = PersianError::Date { found, error: DateError::NoTime };
            self.report(call.input, call.input, TypeErrorKind::Persian(error));
        }
    }
}

/// Returns whether an expression is a number or a date that a filter has written as Persians do, and that is no number or
/// date any more.
fn is_written_out(expression: &Expr<'_>) -> bool {
    let ExprKind::Filter { name, .. } = &expression.kind else { return false };
    let filter = library::filter(name.text).and_then(|function| function.persian);
    filter.is_some_and(|filter| filter != PersianFilter::Digits)
}

/// Returns whether a declared text may be neither a number nor a date.
fn is_unproven(known: &Type, takes: Takes) -> bool {
    matches!(takes, Takes::Numeral | Takes::Date)
        && known.kinds.without_absent().is_within(Kinds::TEXT | Kinds::NUMBER)
        && (known.kinds & Kinds::TEXT & !Kinds::taken(takes)) != Kinds::NONE
        && known.kinds.meets(Kinds::taken(takes))
}
