//! Measures in a snapshot: the law of each, which many share, stands there once.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::frozen::Frozen;
use super::maps::Map;
use super::measure::MeasureState;
use crate::codec;

#[derive(Serialize)]
struct Written<'a> {
    /// In the order in which the measures first name them.
    laws: Vec<&'a Frozen>,
    measures: Vec<(u32, &'a MeasureState)>,
}

#[derive(Deserialize)]
struct Read {
    laws: Vec<Frozen>,
    measures: Vec<(u32, MeasureState)>,
}

pub(super) fn serialize<S: Serializer>(
    measures: &Map<u64, MeasureState>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut written = Written { laws: Vec::new(), measures: Vec::new() };
    // Equal laws may stand at several places in memory; each place is compared once.
    let mut by_place: BTreeMap<*const Frozen, u32> = BTreeMap::new();
    let mut by_law: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    for state in measures.values() {
        let law = *by_place.entry(Arc::as_ptr(&state.frozen)).or_insert_with(|| {
            *by_law.entry(codec::encode(&*state.frozen)).or_insert_with(|| {
                written.laws.push(&state.frozen);
                u32::try_from(written.laws.len() - 1).expect("fewer laws than measures")
            })
        });
        written.measures.push((law, state));
    }
    written.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Map<u64, MeasureState>, D::Error> {
    let Read { laws, measures } = Read::deserialize(deserializer)?;
    let laws: Vec<Arc<Frozen>> = laws.into_iter().map(Arc::new).collect();
    let mut map = Map::default();
    for (law, mut state) in measures {
        let law = usize::try_from(law).ok().and_then(|law| laws.get(law));
        state.frozen = Arc::clone(law.ok_or_else(|| D::Error::custom("a law that is not there"))?);
        map.insert_mut(state.number, state);
    }
    Ok(map)
}
