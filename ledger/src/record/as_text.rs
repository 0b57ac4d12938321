//! Records within a binary encoding: each as the text that is signed or hashed, which has one form.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Attribution, Body, Genesis, Measure, Package};

impl Serialize for Genesis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.render())
    }
}

impl<'de> Deserialize<'de> for Genesis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The body's text, and back from it.
macro_rules! body_as_text {
    ($($name:ident)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&Body::$name(self.clone()).render())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match Body::parse(&String::deserialize(deserializer)?) {
                    Ok(Body::$name(value)) => Ok(value),
                    Ok(_) => Err(D::Error::custom("a text of another kind")),
                    Err(error) => Err(D::Error::custom(error)),
                }
            }
        }
    )*};
}

body_as_text!(Measure Package Attribution);
