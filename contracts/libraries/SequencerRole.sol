// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @dev Who settles batches now, and who will. `changesAt` is 0 if no change is announced.
struct SequencerRole {
    address current;
    uint48 changesAt;
    address next;
}

using SequencerRoles for SequencerRole global;

/// @title A role that changes hands after a delay
/// @dev A change takes effect by itself when its time has come: nobody has to be trusted to complete it, and settling
/// reads one word as long as none is announced.
library SequencerRoles {
    /// @notice Who has the role; `address(0)` is everybody.
    function holder(SequencerRole storage self) internal view returns (address) {
        uint48 changesAt = self.changesAt;
        return changesAt != 0 && block.timestamp >= changesAt ? self.next : self.current;
    }

    /// @notice Gives the role to `next` from `changesAt` on, instead of any change announced before.
    function announce(SequencerRole storage self, address next, uint48 changesAt) internal {
        self.current = holder(self);
        self.changesAt = changesAt;
        self.next = next;
    }

    /// @notice The announced change that has not taken effect, zeros if there is none.
    function upcoming(SequencerRole storage self) internal view returns (address next, uint48 changesAt) {
        if (block.timestamp < self.changesAt) return (self.next, self.changesAt);
    }
}
