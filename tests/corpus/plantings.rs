//! The corpus with one defect in each file.

use std::sync::LazyLock;

use rayon::prelude::*;

use super::choices::Choices;
use super::defects::{self, Defect, Planted};
use super::generate::{COUNT, Sample, sample};

/// How often each kind of defect is planted at the least.
const LEAST: usize = 10;

/// A kind of defect planted in a template.
pub(crate) struct Planting {
    pub(crate) sample: Sample,
    pub(crate) defect: &'static Defect,
    pub(crate) planted: Planted,
}

/// A defect in each template: of those that it has a place for, the one that was planted least so far. Rare ones are
/// planted in addition.
pub(crate) static PLANTINGS: LazyLock<Vec<Planting>> = LazyLock::new(|| {
    let samples: Vec<Sample> = (0..COUNT).into_par_iter().map(sample).collect();
    let mut kinds: Vec<(usize, &Defect)> = defects::common().into_iter().map(|defect| (0, defect)).collect();
    let rare: Vec<Planting> = defects::rare().iter().flat_map(|defect| plant_rare(&samples, defect)).collect();
    let plantings: Vec<Planting> = samples.into_iter().map(|sample| plant_rarest(sample, &mut kinds)).collect();
    for (count, defect) in kinds {
        assert!(count >= LEAST, "{} ({}) is planted {count} times", defect.rule, defect.name);
    }
    plantings.into_iter().chain(rare).collect()
});

/// Plants a defect in some templates, under names of their own.
fn plant_rare(samples: &[Sample], defect: &'static Defect) -> Vec<Planting> {
    let plantings = samples.iter().filter_map(|original| {
        let sample = Sample { name: format!("{}-{}", defect.rule, original.name), ..sample(original.number) };
        let planted = (defect.plant)(&sample, &mut Choices::from_seed(sample.number))?;
        Some(Planting { sample, defect, planted })
    });
    let plantings: Vec<Planting> = plantings.take(LEAST).collect();
    assert_eq!(plantings.len(), LEAST, "{} ({})", defect.rule, defect.name);
    plantings
}

fn plant_rarest(sample: Sample, kinds: &mut [(usize, &'static Defect)]) -> Planting {
    kinds.sort_by_key(|(count, _)| *count);
    let mut choices = Choices::from_seed(sample.number);
    let mut planted = kinds.iter_mut().filter_map(|kind| Some(((kind.1.plant)(&sample, &mut choices)?, kind)));
    let (planted, (count, defect)) = planted.next().unwrap_or_else(|| panic!("{} takes no defect", sample.name));
    *count += 1;
    Planting { planted, defect, sample }
}
