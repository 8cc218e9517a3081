//! See `kenarc_fuzz::expression`.
#![cfg_attr(fuzzing, no_main)]

kenarc_fuzz::target!(kenarc_fuzz::expression::run);
