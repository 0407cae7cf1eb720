import type { Category } from '#merchants'

/**
 * The kind of spending that a map tag stands for, in the order in which a name that has several means one of them:
 * somebody who says Tesco means the supermarket and not its bank. Tags where nobody pays, or where the name is not the
 * payee's (cash machines, vending machines, advertising), are left out.
 */
const KINDS: readonly (readonly [category: Category, tags: string])[] = [
  [
    'groceries',
    'shop/supermarket shop/convenience shop/frozen_food shop/greengrocer shop/butcher shop/wholesale shop/alcohol shop/wine shop/beverages shop/deli shop/dairy shop/health_food shop/spices shop/farm',
  ],
  [
    'shopping',
    'shop/department_store shop/clothes shop/variety_store shop/shoes shop/electronics shop/books shop/toys shop/sports shop/outdoor shop/cosmetics shop/perfumery shop/jewelry shop/watches shop/mobile_phone shop/stationery shop/gift shop/charity shop/second_hand shop/baby_goods shop/bag shop/fashion_accessories shop/computer shop/video_games shop/games shop/music shop/musical_instrument shop/hifi shop/photo shop/camera shop/craft shop/fabric shop/art shop/pet shop/catalogue shop/newsagent shop/kiosk shop/tobacco shop/e-cigarette shop/party shop/printer_ink shop/copyshop shop/mobile_phone_accessories shop/video shop/leather shop/fishing shop/bicycle shop/florist shop/country_store shop/tea shop/coffee shop/candles shop/wool shop/cannabis shop/erotic shop/pawnbroker shop/mall shop/ticket shop/anime shop/collector shop/frame',
  ],
  ['fuel', 'amenity/fuel shop/gas amenity/charging_station operators/amenity/charging_station'],
  [
    'eating-out',
    'amenity/fast_food amenity/restaurant amenity/cafe amenity/pub amenity/bar amenity/ice_cream shop/bakery shop/pastry shop/chocolate shop/confectionery highway/services',
  ],
  [
    'home',
    'shop/doityourself shop/furniture shop/hardware shop/garden_centre shop/houseware shop/bed shop/kitchen shop/interior_decoration shop/paint shop/tiles shop/carpet shop/flooring shop/curtain shop/window_blind shop/bathroom_furnishing shop/household_linen shop/electrical shop/lighting shop/appliance shop/vacuum_cleaner shop/trade shop/plant_hire shop/tool_hire shop/power_tools shop/locksmith shop/laundry shop/dry_cleaning shop/pest_control shop/storage_rental shop/swimming_pool shop/groundskeeping craft/cleaning craft/plumber craft/electrician craft/window_construction office/moving_company',
  ],
  [
    'travel',
    'tourism/hotel tourism/motel tourism/hostel tourism/caravan_site tourism/camp_site amenity/car_rental amenity/bicycle_rental amenity/motorcycle_rental amenity/parking operators/amenity/parking operators/amenity/car_sharing shop/travel_agency amenity/taxi',
  ],
  [
    'health',
    'amenity/pharmacy shop/chemist shop/optician shop/hearing_aids amenity/dentist amenity/doctors amenity/clinic amenity/veterinary amenity/hospital shop/medical_supply shop/nutrition_supplements shop/herbalist healthcare/physiotherapist healthcare/laboratory healthcare/alternative healthcare/audiologist healthcare/counselling shop/massage',
  ],
  [
    'leisure',
    'amenity/cinema leisure/fitness_centre leisure/sports_centre leisure/indoor_play leisure/trampoline_park leisure/bowling_alley leisure/escape_game leisure/miniature_golf leisure/high_ropes_course leisure/dance leisure/sauna leisure/amusement_arcade leisure/adult_gaming_centre tourism/theme_park shop/bookmaker amenity/casino amenity/gambling',
  ],
  [
    'bills',
    'shop/telecommunication office/telecommunication office/insurance amenity/post_office office/energy_supplier',
  ],
  [
    'education',
    'amenity/kindergarten amenity/childcare amenity/prep_school amenity/language_school amenity/driving_school amenity/music_school amenity/training amenity/university amenity/college',
  ],
  [
    'other',
    'shop/hairdresser shop/beauty shop/car shop/car_repair shop/car_parts shop/tyres shop/motorcycle shop/truck shop/rental shop/caravan shop/tattoo shop/tailor shop/shoe_repair shop/funeral_directors amenity/car_wash amenity/vehicle_inspection amenity/coworking office/coworking office/estate_agent office/lawyer office/tax_advisor office/courier amenity/post_depot amenity/parcel_locker amenity/money_transfer amenity/bureau_de_change shop/money_lender amenity/bank',
  ],
]

const BY_TAG = new Map(
  KINDS.flatMap(([category, tags], line) =>
    tags.split(' ').map((tag, i) => [tag, { category, rank: line * 1000 + i }]),
  ),
) as ReadonlyMap<string, { category: Category; rank: number }>

/** `brands/shop/books` or `operators/amenity/parking` → its kind of spending; null for what is not taken. */
export const kindOf = (path: string): Category | null => found(path)?.category ?? null

/** Lower is what a name with several kinds of places stands for. */
export const rankOf = (path: string): number => found(path)?.rank ?? Number.POSITIVE_INFINITY

const found = (path: string) => BY_TAG.get(path.replace(/^brands\//, ''))
