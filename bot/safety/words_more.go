package safety

// others holds the key words of other languages that customers use. Accents
// are left out, so that words match with and without them; only Vietnamese
// words that mean something else without their tone are written with it
// (cháy is "to burn", chạy is "to run").
var others = []entry{
	// Spanish. "quemado" alone is a blown fuse or lamp.
	{danger, `humo, humos, humea, humeando, echa humo, fuego, incendio, incendia, incendiando, incendio, incendiada, en llamas, llamaradas
		arde, ardiendo, quemandose, quemando, se esta quemando
		olor|huele|oler a|como quemado|quemada|humo|cable|plastico|chamuscado|quemao, olor a plastico, chispa, chispas, chispazo
		chispazos, chisporrotea
		descarga|choque|shock|toque|corrientazo|calambrazo electrica|electrico, corrientazo, calambre, calambrazo, electrocutado
		electrocuto, electrocuta, da|dio|pega|daba|dan corriente|toques|calambre|calambres|descarga|descargas
		herido, herida, heridos, heridas, lesionado, lesionada, lesion, lesiono, lesiones, se lastimo|hirio|accidento|desmayo
		electrocut*, lastimado, lastimo, sangre, sangra, sangrando, ambulancia, desmayado, desmayo, inconsciente, accidentado
		accidente, muerto, murio, explosion, exploto, explotado, explotó, estallo, bomberos, atrapado la|una mano|dedo
		fuga de radiacion, fuga de rayos`},
	{limb, `mano, manos, dedo, dedos, brazo del, brazo de, su brazo, el brazo`},
	{trap, `atrapo, atrapada, atrapado, atrapados, atrapadas, atrapo, aplasto, aplastado, aplastada, corto, cortado, cortada, agarro
		agarrada, amputado, perdio, pillo, pillado, engancho, enganchada, quemo, machuco`},
	{burn, `quemo, quemado, quemada, quemaron, derritio, derretido, derretida, queimou, queimado, queimada, derreteu`},
	{wire, `cables, enchufe, enchufes, conector, cableado, fio, fios, fiacao, tomada`},
	{cover, `a mano, mano de obra, segunda mano, mano derecha, mano izquierda, ahumado, ahumada, ahumados, naranja sanguina
		naranjas sanguinas, sin accidente, color humo, gris humo, cortafuegos, corto circuito, vidrio humo, a prueba de fuego
		contra incendio|incendios|fuego`},
	{guard, `interruptor de puerta|seguridad, enclavamiento, interruptor de la puerta, chave de porta, intertravamento, sensor de porta
		sensor da porta`},
	{bypass, `puenteado, puentearon, puenteo, puentear, puenteamos, anulado, anularon, anulamos, quitaron, quitado, quitamos, retirado
		jumpeado, burlado, jampeado, removido, burlamos`},
	{not, `sin, ningun, ninguna, nadie, no hay, no hubo, no se ve|vio, nadie resulto|salio|esta|fue, sem, nenhum, nenhuma, ninguem, nao
		nao ha|tem|houve, ninguem se|esta|ficou|foi, no hay ningun, нет, без, не, никто не`},
	{filler, `hay, resulto, esta, foi, ficou, ha, tem, houve, senal de, sinal de, se, nada de`},
	{or, `ni, nem, o, ou, или, и, ни`},

	// Portuguese. "queimado" alone is a blown lamp.
	{danger, `fumaca, fumo, fumegando, fumacando, fogo, pegou|pegando|pega fogo, incendio, em chamas, queimando, faisca, faiscas, faiscando
		faiscou, cheiro|cheirando|cheira de|a|da queimado|queimada|fumaca|plastico|fio|borracha, choque eletrico|electrico
		levou|leva|tomou|toma|levei|dando|deu|da um|choque choque, dando|da|deu|levou|tomou choque|choques, eletrocutado, eletrocutada
		eletrocutou
		ferido, ferida, feridos, feriu, ferimento, machucado, machucada, machucou, sangue, sangrando, sangra, ambulancia, desmaiou
		desmaiado, acidente, acidentado, morreu, explodiu, explosao, estourou o capacitor, bombeiros, se queimou, vazamento de radiacao`},
	{limb, `mao, maos, dedo, dedos, braco do, braco de, o braco`},
	{trap, `presa, preso, prendeu, esmagou, esmagada, esmagado, cortou, decepou, amputou, enroscou, puxou, puxada, queimou, ficou presa`},
	{cover, `mao de obra, segunda mao, feito a mao, prova de fogo, defumado, defumada, defumados, fume, sem acidente, corta fogo
		contra fogo, contra incendio, laranja sanguinea`},
	{danger, `puentearon|puenteamos|jampeamos|anulamos el|la|o|a interruptor|sensor|puerta|chave|seguridad`},

	// Russian. горит may be said of a lamp; током is "by current".
	{danger, `дым, дыма, дымом, дыму, дымит, дымится, дымят, дымятся, дымило, дымился, дымилась, дымок, задым*, пожар, пожара, пожаре, пожару
		пожаром, пожарные, пожарных, огонь, огня, огнем, пламя, пламени, загорание, возгорание, возгорания, самовозгорание, вспыхнул
		вспыхнула, вспыхнуло, воспламен*
		искра, искры, искру, искрами, искрит, искрят, искрило, искрил, искрение, заискрило, заискрил
		ударило|ударил|ударила|бьет|бьется|било|убило|дернуло|долбануло|долбит|шибануло|щиплет током
		током ударило|ударил|бьет|бьется|дернуло|шибануло|долбануло|убило, бьет|ударило меня|его|рабочего|оператора током
		электротравм*, электроудар*, удар|удара током, поражение|поражен током, током
		травм*, ранен, ранена, раненый, ранило, пострадавш*, пострадал человек|рабочий|оператор|сотрудник, кровь, крови, кровью
		кровотечение, ожог*, обжег, обожг*, обжегся, обожглась, гарью, гари, горелым, горелого, паленым, паленого, паленой, горелой
		жженым, скорую помощь|вызвали, вызвали|вызывайте|вызвать скорую, скорая помощь, взрыв, взрыва, взорвал*, без сознания
		потерял|потеряла сознание, погиб, погибла, несчастный случай, утечка излучения|радиации|рентгена|рентгеновского, оторвало
		отрезало|прищемило|зажало|затянуло|раздавило|придавило палец|руку|пальцы|кисть, горит проводка|кабель|щит`},
	{cover, `дыма|огня|искр|запаха нет, дымчат*, нет пожара, дымоход, рука об руку, дымового, под рукой, сигнал пожара, крови нет, от руки
		копченый дым, взрывозащи*`},
	{limb, `палец, пальцы, пальца, рука, руку, руки, кисть, ногу, рукав, волосы`},
	{trap, `зажало, затянуло, прищемило, попал, попала, попали, отрезало, придавило, сломал, сломало, защемило, намотало, порезал, порезало
		раздавило, застряла, зажата`},
	{lit, `горит, горят, загорелся, загорелась, загорелось, загорелись, горел, горела, горело, сгорел дотла`},
	{lamp, `лампа, лампы, лампочка, лампочки, лампу, индикатор, индикаторы, светодиод, светодиоды, экран, подсветка, надпись, ошибка
		авария, красная, красный, зеленая, зеленый, желтая, желтый, табло, кнопка, сигнал, значок`},
	{place, `шкаф, шкафу, шкафа, щит, щите, щиток, мотор, двигатель, плата, блок питания`},
	{wire, `кабель, провод, провода, проводка, проводку, разъем, изоляция, розетка`},
	{machine, `станок, машина, аппарат, сепаратор, оборудование, склад, цех, фотосепаратор`},
	{burn, `оплавил*, расплавил*, плавится, плавятся, обуглил*`},
	{guard, `концевик, концевик двери, блокировка, блокировку, блокировки, датчик двери`},
	{bypass, `закоротили, перемкнули, замкнули, зашунтировали, отключили, сняли, обошли`},

	// Vietnamese. khoi dong is "to start", may chay "the machine runs".
	{danger, `khói, bốc khói, boc|boc|xi khoi, co|có khói, cháy, bi|bị cháy, boc cháy, boc chay, phat hoa, hoa hoan, hỏa hoạn, lửa, tia lửa
		tia lua, danh lua, đánh lửa, điện giật, dien giat, giat dien, rò điện, ro dien, mui khet, mui chay khet, mùi khét, mui cháy
		chay khet
		bi thuong, chảy máu, máu, cap cuu, tai nan, kep|kẹp|nghien|cuon tay, kep ngon tay, tay bi kep|cuon|nghien|cat, bi kep tay
		bat tinh, no tung, phat no, ro ri tia x, bong tay, xet lua, bi bong, xẹt lửa, tóe lửa, toe lua`},
	{not, `khong, không, khong co, không có, khong bi, không ai, khong ai bi`},
	{cover, `cháy cau chi, cau chi bi|bị cháy, cau chi cháy, bong|den bi cháy, cháy bong, cháy den, đèn bị cháy, chống cháy, cháy hàng`},

	// A few sure words of languages that customers have written in.
	{danger, `rauch, raucht, qualm, qualmt, feuer, brennt, brandgeruch, stromschlag, elektrischer schlag, verletzt, verletzter, verletzung
		funken, krankenwagen, unfall
		fumee, incendie, etincelle, etincelles, au feu, en feu, prend|pris feu, choc electrique, electrocute, electrocution
		decharge electrique, blesse, blessee, odeur de brule|brulee, sent le brule, saigne
		duman, dumani, yangin, elektrik carpti, elektrik carpiyor, yanik kokusu, yaralandi, yarali, kivilcim, alev
		kebakaran, keluar asap, ada asap, berasap, bau hangus|terbakar|gosong, kesetrum, tersengat, tersetrum, terluka, percikan api
		ada api
		ควัน, ไฟไหม้, ไฟดูด, ไฟช็อต, กลิ่นไหม้, บาดเจ็บ, ประกายไฟ, หนีบมือ
		火が出, 火傷, 怪我, けが, 感電, 煙が, 焦げ臭, 焦げ, 火花が, 火災
		연기가, 연기 나, 불이 났, 불났, 불이 나, 화재, 감전, 불꽃, 타는 냄새, 탄내, 다쳤, 부상
		دخان, حريق, شرارة, شرر, صعقة, صدمة كهربائية, إصابة, جريح, رائحة حريق, الدخان, الحريق
		धुआं, धुआँ, आग, करंट लगा, बिजली का झटका, घायल, चिंगारी
		🔥, 🚒, 🚑, 🩸, 🧯`},
}
