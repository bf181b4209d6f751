package safety

// A Code names a fixed safety sentence of domain.md section 9.
type Code string

// The safety sentences. Stop answers an emergency and is then the only thing
// that is said; each of the others goes with an instruction of its kind.
const (
	Stop   Code = "S-STOP"
	Power  Code = "S-POWER"
	Air    Code = "S-AIR"
	Nozzle Code = "S-NOZZLE"
	Move   Code = "S-MOVE"
	Light  Code = "S-LIGHT"
	Laser  Code = "S-LASER"
	XRay   Code = "S-XRAY"
	ESD    Code = "S-ESD"
	Clean  Code = "S-CLEAN"
	Food   Code = "S-FOOD"
	Remote Code = "S-REMOTE"
)

// Codes lists all codes in the order of domain.md section 9.
func Codes() []Code {
	return []Code{Stop, Power, Air, Nozzle, Move, Light, Laser, XRay, ESD, Clean, Food, Remote}
}

// Sentence returns the sentence of the code in "en" or "zh", word for word as
// in domain.md section 9. Any other language gets English; an unknown code
// gets the sentence of Stop, for silence would be worse.
func Sentence(c Code, lang string) string {
	s, ok := sentences[c]
	if !ok {
		s = sentences[Stop]
	}
	if lang == "zh" {
		return s.zh
	}
	return s.en
}

var sentences = map[Code]struct{ en, zh string }{
	Stop: {
		en: "Smoke, burning smell, electric shock, injury, fire: press emergency stop if safe, cut power, keep people away, call local emergency services. Do not try to repair.",
		zh: "如有冒烟、焦味、触电、人员受伤或起火:在安全的前提下按下急停并切断电源,人员撤离,立即拨打当地急救或消防电话,切勿自行维修。",
	},
	Power: {
		en: "Switch off the main isolator, lock and tag it, wait at least 5 minutes, check it cannot restart. Cabinets only by a qualified electrician.",
		zh: "断开总电源并上锁挂牌,等待至少 5 分钟,确认不会意外启动。电柜只能由持证电工打开。",
	},
	Air: {
		en: "Close the air supply, release the pressure until the gauge shows 0, wear goggles, before touching any hose, filter or valve.",
		zh: "触碰气管、过滤器或喷阀前,先关闭气源并泄压,确认压力表归零,佩戴护目镜。",
	},
	Nozzle: {
		en: "Ejector test with air on: guards closed, nobody near the nozzles, goggles and ear protection. Never put face or hands near nozzles.",
		zh: "带气测试喷阀时:关好防护,人员远离喷嘴,佩戴护目镜和耳塞。切勿将面部或手靠近喷嘴。",
	},
	Move: {
		en: "Belts, feeders and wipers can start by themselves. Stop and lock before reaching in; no loose clothing or hair.",
		zh: "输送带、振动器和清灰机构可能突然动作。伸手前必须停机上锁,衣物和头发须收紧。",
	},
	Light: {
		en: "Do not look into LED, UV or infrared lamps, even briefly: UV and infrared can be invisible. Lamps may be hot.",
		zh: "切勿直视 LED、紫外或红外光源,哪怕片刻;紫外和红外光可能看不见。灯具可能很烫。",
	},
	Laser: {
		en: "Laser units stay closed; only authorised service opens them.",
		zh: "激光单元禁止打开,只能由授权人员维修。",
	},
	XRay: {
		en: "Never open or bypass an X-ray enclosure, curtain or interlock. Only licensed staff. Stop the machine if shielding is damaged.",
		zh: "严禁打开或短接 X 射线防护罩、铅帘及联锁,只能由有资质的人员操作;如防护损坏,立即停机。",
	},
	ESD: {
		en: "Touch boards only with power off and a wrist strap; hold the edges; anti-static bag.",
		zh: "触摸电路板前须断电并佩戴防静电手环,只拿板边,放入防静电袋。",
	},
	Clean: {
		en: "No water jet on electrics. If air is used to clean: below 0.2 MPa (30 psi), goggles, away from people.",
		zh: "禁止用水冲洗电气部分。用压缩空气清洁时压力须低于 0.2 MPa,佩戴护目镜,勿对人吹。",
	},
	Food: {
		en: "Product sorted since the last good check may be unsafe: hold it and re-inspect.",
		zh: "上次检验合格之后分选的产品可能不合格,请隔离并重新检验。",
	},
	Remote: {
		en: "Before a remote session: guards closed, nobody near, one person at the emergency stop.",
		zh: "远程操作前:关好防护门,人员远离,急停旁留一人。",
	},
}
