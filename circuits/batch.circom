pragma circom 2.2.0;

include "account.circom";
include "challenge.circom";
include "exit.circom";
include "fee.circom";
include "lookup.circom";
include "memory.circom";
include "operation.circom";
include "public-data.circom";
include "selectors.circom";
include "sponge.circom";
include "transaction.circom";

// The batch circuit (docs/protocol.md, section 4): proves that applying the operations, transactions and fees of one
// batch to the state under oldRoot gives the state under newRoot, and that what is published says so.
//
//   L depth   T transaction slots   A account slots   P operation slots   E exit slots   F fee slots
//
//   1. slots      each slot on its own: ranges, signatures, tree paths, what it accesses
//   2. order      used slots first; indices and fee assets strictly increasing; fee totals
//   3. data       the public elements d
//   4. commit     c = sponge of d and of everything that step 5 depends on
//   5. challenge  under r: memory, lookups, creations, exits, and y = d(r)
//
// Public inputs: [c, r, y]. Access number k: operation j is k = j; transaction i is k = P + 2i for its sender and
// k + 1 for its recipient; fee slot f is k = P + 2T + f.
//
// Assumes: r = hash(shape, c, d), by the contract; domain, oldRoot, batchNumber and queue entries inside d are the
//          contract's own, so that y matches only for those.
// Ensures: section 4 of the protocol.
template Batch(L, T, A, P, E, F) {
    var N = P + 2 * T + F; // accesses; also bounds lookups a table
    var D = dataElements(A, P, E);

    signal input c; // {Field}
    signal input r; // {Field}
    signal input y; // {Field}

    signal input domain;      // {Field}
    signal input oldRoot;     // {Field}
    signal input newRoot;     // {Field}
    signal input batchNumber; // {Uint32}

    signal input accountState[A][3];        // existing, created, absent
    signal input accountIndexBit[A][2 * L];
    signal input accountIdentity[A][4];     // ax, ay, owner, asset
    signal input accountFirst[A][3];        // balance, nonce, data
    signal input accountLast[A][3];         // balance, nonce, data
    signal input accountLastTime[A];
    signal input accountMultiplicity[A][3]; // sender, recipient, operation
    signal input accountPath[A][L][4];

    signal input operationKind[P][3];       // deposit, exit, open
    signal input operationCreates[P];       // of a deposit
    signal input operationIndex[P];
    signal input operationOwner[P];
    signal input operationAmount[P];
    signal input operationHolder[P][4];     // ax, ay, owner, asset
    signal input operationAge[P];
    signal input operationCell[P][3];       // balance, nonce, data

    signal input transactionUsed[T];
    signal input transactionWithdraw[T];
    signal input transactionMessage[T][7];   // from, nonce, expiry, to, amount, fee, payload
    signal input transactionSignature[T][3]; // r8x, r8y, s
    signal input transactionKey[T][2];       // ax, ay
    signal input transactionAsset[T];
    signal input transactionFeeSlot[T][F];
    signal input transactionAge[T][2];       // sender, recipient
    signal input transactionCell[T][2][3];   // sender, recipient: balance, nonce, data

    signal input feeUsed[F];
    signal input feeIndex[F];
    signal input feeAsset[F];
    signal input feeIdentity[F];
    signal input feeTotal[F];
    signal input feeAge[F];
    signal input feeCell[F][3];             // balance, nonce, data

    signal input exitUsed[E];
    signal input exitRecipient[E];
    signal input exitAmount[E];
    signal input exitAsset[E];

    // 1. Slots
    component account[A];
    signal root[A + 1];
    root[0] <== oldRoot;
    for (var i = 0; i < A; i++) {
        account[i] = AccountSlot(L, T, N);
        account[i].existing <== accountState[i][0];
        account[i].created <== accountState[i][1];
        account[i].absent <== accountState[i][2];
        account[i].indexBit <== accountIndexBit[i];
        account[i].identity.ax <== accountIdentity[i][0];
        account[i].identity.ay <== accountIdentity[i][1];
        account[i].identity.owner <== accountIdentity[i][2];
        account[i].identity.asset <== accountIdentity[i][3];
        account[i].first <== ToCell()(accountFirst[i]);
        account[i].last <== ToCell()(accountLast[i]);
        account[i].lastTime <== accountLastTime[i];
        account[i].multiplicity <== accountMultiplicity[i];
        account[i].child <== accountPath[i];
        account[i].root <== root[i];
        root[i + 1] <== account[i].nextRoot;
    }
    root[A] === newRoot;

    component operation[P];
    for (var j = 0; j < P; j++) {
        operation[j] = Operation(L, N);
        operation[j].isDeposit <== operationKind[j][0];
        operation[j].isExit <== operationKind[j][1];
        operation[j].isOpen <== operationKind[j][2];
        operation[j].depositCreates <== operationCreates[j];
        operation[j].index <== operationIndex[j];
        operation[j].owner <== operationOwner[j];
        operation[j].amount <== operationAmount[j];
        operation[j].holder.ax <== operationHolder[j][0];
        operation[j].holder.ay <== operationHolder[j][1];
        operation[j].holder.owner <== operationHolder[j][2];
        operation[j].holder.asset <== operationHolder[j][3];
        operation[j].age <== operationAge[j];
        operation[j].cell <== ToCell()(operationCell[j]);
    }

    component transaction[T];
    for (var i = 0; i < T; i++) {
        transaction[i] = Transaction(L, F, N);
        transaction[i].used <== transactionUsed[i];
        transaction[i].withdraw <== transactionWithdraw[i];
        transaction[i].message.from <== transactionMessage[i][0];
        transaction[i].message.nonce <== transactionMessage[i][1];
        transaction[i].message.expiry <== transactionMessage[i][2];
        transaction[i].message.to <== transactionMessage[i][3];
        transaction[i].message.amount <== transactionMessage[i][4];
        transaction[i].message.fee <== transactionMessage[i][5];
        transaction[i].message.payload <== transactionMessage[i][6];
        transaction[i].signature.r8x <== transactionSignature[i][0];
        transaction[i].signature.r8y <== transactionSignature[i][1];
        transaction[i].signature.s <== transactionSignature[i][2];
        transaction[i].ax <== transactionKey[i][0];
        transaction[i].ay <== transactionKey[i][1];
        transaction[i].asset <== transactionAsset[i];
        transaction[i].feeSlot <== transactionFeeSlot[i];
        transaction[i].senderAge <== transactionAge[i][0];
        transaction[i].sender <== ToCell()(transactionCell[i][0]);
        transaction[i].recipientAge <== transactionAge[i][1];
        transaction[i].recipient <== ToCell()(transactionCell[i][1]);
        transaction[i].domain <== domain;
        transaction[i].batchNumber <== batchNumber;
        transaction[i].feeAsset <== feeAsset;
    }

    component fee[F];
    for (var f = 0; f < F; f++) {
        fee[f] = FeeSlot(L, N);
        fee[f].used <== feeUsed[f];
        fee[f].index <== feeIndex[f];
        fee[f].asset <== feeAsset[f];
        fee[f].identityHash <== feeIdentity[f];
        fee[f].total <== feeTotal[f];
        fee[f].age <== feeAge[f];
        fee[f].cell <== ToCell()(feeCell[f]);
    }

    component exitRow[E];
    for (var e = 0; e < E; e++) {
        exitRow[e] = ExitRow();
        exitRow[e].exit.enabled <== exitUsed[e];
        exitRow[e].exit.recipient <== exitRecipient[e];
        exitRow[e].exit.amount <== exitAmount[e];
        exitRow[e].exit.asset <== exitAsset[e];
    }

    // 2. Order and totals
    component accountOrder = AssertStrictlyIncreasing(A, 2 * L, 0);
    component accountsFirst = AssertUsedFirst(A);
    var rows = 0;
    for (var i = 0; i < A; i++) {
        accountsFirst.used[i] <== account[i].used;
        accountOrder.used[i] <== account[i].used;
        accountOrder.key[i] <== account[i].index;
        rows += account[i].used;
    }
    component operationsFirst = AssertUsedFirst(P);
    var operations = 0;
    var created = 0;
    for (var j = 0; j < P; j++) {
        operationsFirst.used[j] <== operation[j].used;
        operations += operation[j].used;
        created += operation[j].creates;
    }
    AssertUsedFirst(T)(transactionUsed);
    AssertUsedFirst(F)(feeUsed);
    AssertStrictlyIncreasing(F, 32, 1)(feeUsed, feeAsset);
    AssertUsedFirst(E)(exitUsed);
    var exits = 0;
    for (var e = 0; e < E; e++) {
        exits += exitUsed[e];
    }
    for (var f = 0; f < F; f++) {
        var paid = 0;
        for (var i = 0; i < T; i++) {
            paid += transaction[i].feePaid[f];
        }
        feeTotal[f] === paid;
    }

    // 3. Data
    AssertBits(32)(batchNumber);
    signal data[D];
    data[0] <== domain;
    data[1] <== oldRoot;
    data[2] <== newRoot;
    data[3] <== batchNumber + operations * (1 << 32) + rows * (1 << 64) + exits * (1 << 96) + created * (1 << 128);
    for (var j = 0; j < P; j++) {
        for (var i = 0; i < 5; i++) {
            data[headerElements() + 5 * j + i] <== operation[j].element[i];
        }
    }
    for (var e = 0; e < E; e++) {
        for (var i = 0; i < 2; i++) {
            data[headerElements() + 5 * P + 2 * e + i] <== exitRow[e].element[i];
        }
    }
    for (var i = 0; i < A; i++) {
        data[headerElements() + 5 * P + 2 * E + i] <== account[i].row;
    }

    // 4. Commit
    component sponge = Sponge(D + 10 * A + 7 * P + 9 * T + 6 * F);
    var at = 0;
    for (var i = 0; i < D; i++) {
        sponge.element[at] <== data[i];
        at++;
    }
    for (var i = 0; i < A; i++) {
        for (var j = 0; j < 10; j++) {
            sponge.element[at] <== account[i].absorbed[j];
            at++;
        }
    }
    for (var i = 0; i < P; i++) {
        for (var j = 0; j < 7; j++) {
            sponge.element[at] <== operation[i].absorbed[j];
            at++;
        }
    }
    for (var i = 0; i < T; i++) {
        for (var j = 0; j < 9; j++) {
            sponge.element[at] <== transaction[i].absorbed[j];
            at++;
        }
    }
    for (var i = 0; i < F; i++) {
        for (var j = 0; j < 6; j++) {
            sponge.element[at] <== fee[i].absorbed[j];
            at++;
        }
    }
    sponge.digest === c;

    // 5. Challenge
    Challenge() challenge <== DeriveChallenge()(r);

    component seen[A];
    for (var i = 0; i < A; i++) {
        seen[i] = AccountFingerprints();
        seen[i].used <== account[i].used;
        seen[i].index <== account[i].index;
        seen[i].identity.ax <== accountIdentity[i][0];
        seen[i].identity.ay <== accountIdentity[i][1];
        seen[i].identity.owner <== accountIdentity[i][2];
        seen[i].identity.asset <== accountIdentity[i][3];
        seen[i].identityHash <== account[i].finalIdentity;
        seen[i].first <== ToCell()(accountFirst[i]);
        seen[i].last <== ToCell()(accountLast[i]);
        seen[i].lastTime <== accountLastTime[i];
        seen[i].challenge <== challenge;
    }

    // 5a. Memory: first tuples and writes = reads and last tuples
    component before = Product(A + N);
    component after = Product(A + N);
    for (var i = 0; i < A; i++) {
        before.factor[i] <== seen[i].firstFactor;
        after.factor[i] <== seen[i].lastFactor;
    }
    component access[N];
    for (var k = 0; k < N; k++) {
        if (k < P) {
            access[k] = AccessFactors(k, 0);
            access[k].access <== operation[k].access;
        } else if (k < P + 2 * T) {
            access[k] = AccessFactors(k, 1 - (k - P) % 2); // a sender's nonce rises by one
            access[k].access <== transaction[(k - P) \ 2].access[(k - P) % 2];
        } else {
            access[k] = AccessFactors(k, 0);
            access[k].access <== fee[k - P - 2 * T].access;
        }
        access[k].challenge <== challenge;
        before.factor[A + k] <== access[k].write;
        after.factor[A + k] <== access[k].read;
    }
    before.product === after.product;

    // 5b. Lookups: senders, recipients (and fee accounts), operations
    component senders = AssertLookups(T, A);
    component recipients = AssertLookups(T + F, A);
    component holders = AssertLookups(P, A);
    senders.gamma <== challenge.gamma;
    recipients.gamma <== challenge.gamma;
    holders.gamma <== challenge.gamma;
    for (var i = 0; i < A; i++) {
        senders.row[i] <== seen[i].table[0];
        recipients.row[i] <== seen[i].table[1];
        holders.row[i] <== seen[i].table[2];
        senders.multiplicity[i] <== accountMultiplicity[i][0];
        recipients.multiplicity[i] <== accountMultiplicity[i][1];
        holders.multiplicity[i] <== accountMultiplicity[i][2];
    }
    component sender[T];
    for (var i = 0; i < T; i++) {
        sender[i] = IdentityFingerprints();
        sender[i].index <== transactionMessage[i][0];
        sender[i].identity.ax <== transactionKey[i][0];
        sender[i].identity.ay <== transactionKey[i][1];
        sender[i].identity.owner <== 0;
        sender[i].identity.asset <== transactionAsset[i];
        sender[i].power <== challenge.power;
        senders.enabled[i] <== transactionUsed[i];
        senders.claim[i] <== sender[i].sender;
        _ <== sender[i].operation; // of another table

        recipients.enabled[i] <== transactionUsed[i] - transactionWithdraw[i];
        recipients.claim[i] <== RecipientFingerprint()(
            transactionMessage[i][3],
            transactionAsset[i],
            transactionMessage[i][6],
            challenge.power
        );
    }
    for (var f = 0; f < F; f++) {
        recipients.enabled[T + f] <== feeUsed[f];
        recipients.claim[T + f] <== RecipientFingerprint()(
            feeIndex[f],
            feeAsset[f],
            feeIdentity[f],
            challenge.power
        );
    }
    component holder[P];
    for (var j = 0; j < P; j++) {
        holder[j] = IdentityFingerprints();
        holder[j].index <== operationIndex[j];
        holder[j].identity.ax <== operationHolder[j][0];
        holder[j].identity.ay <== operationHolder[j][1];
        holder[j].identity.owner <== operationHolder[j][2];
        holder[j].identity.asset <== operationHolder[j][3];
        holder[j].power <== challenge.power;
        holders.enabled[j] <== operation[j].used;
        holders.claim[j] <== holder[j].operation;
        _ <== holder[j].sender; // of another table
    }

    // 5c. Creations
    component creations = AssertCreations(P, A);
    for (var j = 0; j < P; j++) {
        creations.creates[j] <== operation[j].creates;
        creations.target[j] <== operationIndex[j];
    }
    for (var i = 0; i < A; i++) {
        creations.created[i] <== accountState[i][1];
        creations.index[i] <== account[i].index;
    }
    creations.gamma <== challenge.gamma;

    // 5d. Exits: forced ones first, then withdrawals, as they happen
    component exitLists = AssertExits(P + T, E);
    for (var j = 0; j < P; j++) {
        exitLists.cause[j] <== operation[j].exit;
    }
    for (var i = 0; i < T; i++) {
        exitLists.cause[P + i] <== transaction[i].exit;
    }
    for (var e = 0; e < E; e++) {
        exitLists.row[e].enabled <== exitUsed[e];
        exitLists.row[e].recipient <== exitRecipient[e];
        exitLists.row[e].amount <== exitAmount[e];
        exitLists.row[e].asset <== exitAsset[e];
    }
    exitLists.challenge <== challenge;

    // 5e. Data
    signal evaluation <== EvaluateData(D)(data, r);
    evaluation === y;
}

// (balance, nonce, data) as a cell.
template ToCell() {
    signal input column[3];
    output Cell() cell;
    cell.balance <== column[0];
    cell.nonce <== column[1];
    cell.data <== column[2];
}
