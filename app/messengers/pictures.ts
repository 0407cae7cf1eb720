import type { Locale } from '../../src/http/api.ts'

/** The pictures of a comparison, in the order of the Matrix specification’s table (client-server API, “SAS method: emoji”). */
const TABLE =
  `🐶 Dog Chien,🐱 Cat Chat,🦁 Lion Lion,🐎 Horse Cheval,🦄 Unicorn Licorne,🐷 Pig Cochon,🐘 Elephant Éléphant,🐰 Rabbit Lapin
🐼 Panda Panda,🐓 Rooster Coq,🐧 Penguin Manchot,🐢 Turtle Tortue,🐟 Fish Poisson,🐙 Octopus Poulpe,🦋 Butterfly Papillon,🌷 Flower Fleur
🌳 Tree Arbre,🌵 Cactus Cactus,🍄 Mushroom Champignon,🌏 Globe Globe,🌙 Moon Lune,☁️ Cloud Nuage,🔥 Fire Feu,🍌 Banana Banane
🍎 Apple Pomme,🍓 Strawberry Fraise,🌽 Corn Maïs,🍕 Pizza Pizza,🎂 Cake Gâteau,❤️ Heart Cœur,😀 Smiley Sourire,🤖 Robot Robot
🎩 Hat Chapeau,👓 Glasses Lunettes,🔧 Spanner Clé_à_molette,🎅 Santa Père_Noël,👍 Thumbs_up Pouce_en_l’air,☂️ Umbrella Parapluie,⌛ Hourglass Sablier,⏰ Clock Réveil
🎁 Gift Cadeau,💡 Light_bulb Ampoule,📕 Book Livre,✏️ Pencil Crayon,📎 Paperclip Trombone,✂️ Scissors Ciseaux,🔒 Lock Cadenas,🔑 Key Clé
🔨 Hammer Marteau,☎️ Telephone Téléphone,🏁 Flag Drapeau,🚂 Train Train,🚲 Bicycle Vélo,✈️ Aeroplane Avion,🚀 Rocket Fusée,🏆 Trophy Trophée
⚽ Ball Ballon,🎸 Guitar Guitare,🎺 Trumpet Trompette,🔔 Bell Cloche,⚓ Anchor Ancre,🎧 Headphones Casque_audio,📁 Folder Dossier,📌 Pin Punaise`
    .split(/[,\n]/)
    .map((row) => row.split(' ').map((part) => part.replaceAll('_', ' ')) as [string, string, string])

/** One picture and its name, as the person’s own Matrix app shows them. */
export function pictureOf(index: number, locale: Locale): { symbol: string; name: string } {
  const [symbol = '', en = '', fr = ''] = TABLE[index] ?? []
  return { symbol, name: locale === 'fr' ? fr : en }
}
