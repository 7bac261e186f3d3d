//! A set that is one sorted list, for the same reason that maps are (`docs/adr/0025-flat-maps.md`).

use litemap::LiteMap;

/// See the module. Gives what is in it in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatSet<T>(LiteMap<T, ()>);

impl<T> Default for FlatSet<T> {
    fn default() -> Self {
        Self(LiteMap::new_vec())
    }
}

impl<T: Ord> FlatSet<T> {
    /// Gives whether it is new.
    pub fn insert(&mut self, item: T) -> bool {
        self.0.insert(item, ()).is_none()
    }

    /// Gives whether it was there.
    pub fn remove(&mut self, item: &T) -> bool {
        self.0.remove(item).is_some()
    }

    /// Whether it is there.
    pub fn contains(&self, item: &T) -> bool {
        self.0.contains_key(item)
    }

    /// How many are there.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.keys()
    }
}

impl<T> IntoIterator for FlatSet<T> {
    type Item = T;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(T, ())>, fn((T, ())) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|(item, ())| item)
    }
}

/// One by one: what litemap does for many at once is a sort, which alone would weigh as much as all the rest.
impl<T: Ord> Extend<T> for FlatSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.insert(item);
        }
    }
}

impl<T: Ord> FromIterator<T> for FlatSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut set = Self::default();
        set.extend(items);
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_set_of_the_standard_library(steps: Vec<(bool, u8)>, more: Vec<u8>) {
            let (mut flat, mut tree) = (FlatSet::default(), BTreeSet::new());
            for (adds, item) in steps {
                if adds {
                    prop_assert_eq!(flat.insert(item), tree.insert(item));
                } else {
                    prop_assert_eq!(flat.remove(&item), tree.remove(&item));
                }
                prop_assert_eq!(flat.contains(&item), tree.contains(&item));
            }
            flat.extend(more.iter().copied());
            tree.extend(more);
            prop_assert!(flat.iter().eq(&tree));
            prop_assert_eq!(flat.is_empty(), tree.is_empty());
            prop_assert!(flat.into_iter().eq(tree));
        }
    }
}
