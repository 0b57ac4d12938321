//! Values behind an `Arc`, encoded as if nobody shared them: `#[serde(with = "codec::shared")]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The value itself.
pub(crate) fn serialize<T: Serialize, S: Serializer>(
    shared: &Arc<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    T::serialize(shared, serializer)
}

/// The reverse of [`serialize()`].
pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Arc<T>, D::Error> {
    T::deserialize(deserializer).map(Arc::new)
}

/// The same for an `Option<Arc<T>>`.
pub(crate) mod option {
    use super::{Arc, Deserialize, Deserializer, Serialize, Serializer};

    /// The option of the value itself.
    #[expect(clippy::ref_option, reason = "serde lends the field as it is")]
    pub(crate) fn serialize<T: Serialize, S: Serializer>(
        shared: &Option<Arc<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        shared.as_deref().serialize(serializer)
    }

    /// The reverse of [`serialize()`].
    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Arc<T>>, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map(Arc::new))
    }
}

/// The same for the values of a map.
pub(crate) mod map {
    use super::{Arc, BTreeMap, Deserialize, Deserializer, Serialize, Serializer};

    /// The map of the values themselves, in the order of the keys.
    pub(crate) fn serialize<K: Serialize, T: Serialize, S: Serializer>(
        map: &BTreeMap<K, Arc<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(map.iter().map(|(key, value)| (key, value.as_ref())))
    }

    /// The reverse of [`serialize()`].
    pub(crate) fn deserialize<
        'de,
        K: Deserialize<'de> + Ord,
        T: Deserialize<'de>,
        D: Deserializer<'de>,
    >(
        deserializer: D,
    ) -> Result<BTreeMap<K, Arc<T>>, D::Error> {
        let map = BTreeMap::<K, T>::deserialize(deserializer)?;
        Ok(map.into_iter().map(|(key, value)| (key, Arc::new(value))).collect())
    }
}
